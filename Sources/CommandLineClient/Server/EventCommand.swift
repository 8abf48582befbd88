// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Scheduling
import Storage

/// The command `firstline event …`.
struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event", abstract: "What happened: starts that were skipped or late, runs that take too long.",
        subcommands: [EventList.self], defaultSubcommand: EventList.self)
}

/// The command `firstline event list`.
struct EventList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the last events, oldest first; with --follow also those to come.")

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many.", valueName: "number"))
    var count = 20

    @Option(
        help: ArgumentHelp("Only those at least as grave: info, warning or error.", valueName: "level"),
        completion: .list(["info", "warning", "error"]))
    var level = "info"

    @Flag(name: [.short, .long], help: "Go on with those to come, until Ctrl-C; one JSON object a line with -o jsonl.")
    var follow = false

    @OptionGroup var common: CommonOptions

    mutating func validate() throws {
        guard (1...10_000).contains(count) else {
            throw ValidationError("--count must be from 1 to 10000, not \(count)")
        }
        guard ["info", "warning", "error"].contains(level) else {
            throw ValidationError("--level must be info, warning or error, not '\(level)'")
        }
    }

    struct Item: Encodable, Sendable {
        let at: String
        let instant: Instant
        let level: Level
        let kind: Event.Kind
        let schedule: ScheduleName?
        let slot: SlotID?
        let job: JobID?
        let run: RunID?
        let text: String
        /// The same as people read it.
        let told: Sentence

        private enum CodingKeys: String, CodingKey {
            case at, level, kind, schedule, slot, job, run, text
        }

        init(_ event: Event) {
            at = event.at.description
            level = event.level
            kind = event.kind
            schedule = event.schedule
            slot = event.slot
            job = event.job
            run = event.run
            text = event.text.description
            told = event.text
            instant = event.at
        }

        /// What it is about: the run, else the planned start, else the schedule; what happened, where it is about none.
        var name: String { run?.rawValue ?? slot?.rawValue ?? schedule?.rawValue ?? kind.rawValue }
    }

    func run() async throws {
        guard let records = try await Records.openIfThere(common) else { return say("nothing has happened yet") }
        // Of those that are grave enough the last so many: they may lie far back.
        var page = try await events(records, after: level == "info" ? -count : -10_000)
        try show(Array(page.events.filter(isWanted).suffix(count)))
        while follow {
            try await Task.sleep(for: .milliseconds(500))
            page = try await events(records, after: page.position)
            let wanted = page.events.filter(isWanted)
            if !wanted.isEmpty { try show(wanted) }
        }
        await records.close()
    }

    private func isWanted(_ event: Event) -> Bool { event.level >= Level(rawValue: level) ?? .info }

    private func events(_ records: Records, after position: Int) async throws -> EventPage {
        try await storeCall { () async throws(StoreError) in
            try await records.store.events(after: position, limit: 10_000)
        }
    }

    private func show(_ events: [Event]) throws {
        let items = events.map { Item($0) }
        let reader = common.reader
        let listing = Listing<Item>(
            columns: [
                .init("TIME") { reader.text($0.instant) }, .init("ZONE") { _ in reader.zone.name },
                .init("LEVEL") { reader.text($0.level.rawValue) }, .init("KIND") { $0.kind.rawValue },
                .init("ABOUT") { $0.schedule?.rawValue ?? $0.job?.rawValue ?? "" },
                .init("WHAT") { reader.text($0.told) },
                .init("RUN", wide: true) { $0.run?.rawValue ?? "" },
                .init("PLANNED START", wide: true) { $0.slot?.rawValue ?? "" },
            ], items: items, name: { $0.name })
        put(try listing.text(common.format, common.language), common.format)
    }
}
