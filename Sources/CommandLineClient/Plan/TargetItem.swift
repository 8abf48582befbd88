// SPDX-License-Identifier: Apache-2.0

import Model

/// A target of a plan, as `--list-hosts` shows it.
struct TargetItem: Encodable, Sendable {
    let target: String
    let host: HostName

    /// Shows a plan's targets: their names for people, objects for programs.
    static func put(_ plan: Plan, _ format: OutputFormat) throws {
        let items = plan.lanes.prefix(plan.targetCount).map { TargetItem(target: $0.description, host: $0.host) }
        let listing = Listing<TargetItem>(
            columns: [.init("TARGET") { $0.target }, .init("HOST") { $0.host.rawValue }], items: items,
            name: { $0.target })
        let isForPeople = format == .table || format == .wide
        CommandLineClient.put(try listing.text(isForPeople ? .name : format), format)
    }
}
