// SPDX-License-Identifier: Apache-2.0

import Model

/// A work unit as programs see it; titles are there in every language, whatever the person reads.
struct UnitItem: Encodable, Sendable {
    let id: JobID
    let category: String
    let software: String
    let unit: String
    let detail: String
    let title: Localized
    let effect: Effect
    /// The software whose instances it works on; nil = hosts.
    let target: String?
    /// Whether it works on a host, too, that records no instance of that software.
    let hosts: Bool
    let aliases: [String]

    init(_ entry: CatalogueEntry, _ flow: FlowReader) {
        id = entry.job.id
        category = entry.work.category
        software = entry.work.software
        unit = entry.work.unit
        detail = entry.work.detail
        title = entry.job.title
        effect = flow.effect(of: entry.job)
        target = entry.job.software
        hosts = entry.job.worksOnHosts || entry.job.software == nil
        aliases = entry.job.aliases
    }
}
