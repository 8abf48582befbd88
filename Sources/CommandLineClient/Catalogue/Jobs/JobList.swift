// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline job list`.
struct JobList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all jobs, those that only other jobs call included.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let library = try loadJobs(common)
        let flow = FlowReader(library: library, registry: try loadRegistry(common))
        let language = common.language
        let listing = Listing<JobItem>(
            columns: [
                .init("JOB") { $0.id.rawValue }, .init("KIND") { $0.kind.rawValue },
                .init("EFFECT") { $0.effect.rawValue }, .init("TITLE") { $0.title.text(language) },
                .init("WORKS ON", wide: true) { $0.worksOn }, .init("TASKS", wide: true) { String($0.tasks) },
                .init("FILE", wide: true) { $0.file ?? "" },
            ], items: library.all.map { JobItem($0, flow) }, name: { $0.id.rawValue })
        put(try listing.text(common.format), common.format)
    }
}

/// One line of the list.
struct JobItem: Encodable, Sendable {
    enum Kind: String, Encodable, Sendable {
        case unit
        case block
        case inactive
    }

    let id: JobID
    let kind: Kind
    let effect: Effect
    let title: Localized
    let target: String?
    /// Whether it works on a host, too, that records no instance of that software.
    let hosts: Bool
    let tasks: Int
    let file: String?

    init(_ job: Job, _ flow: FlowReader) {
        id = job.id
        kind = job.isActive ? job.work == nil ? .block : .unit : .inactive
        effect = flow.effect(of: job)
        title = job.title
        target = job.software
        hosts = job.worksOnHosts || job.software == nil
        tasks = job.tasks.count
        file = job.place?.file
    }

    /// What its targets are, in a word or two.
    var worksOn: String { target.map { hosts ? "\($0), hosts" : $0 } ?? "hosts" }
}
