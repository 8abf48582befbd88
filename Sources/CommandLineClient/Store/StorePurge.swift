// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Model
import Storage

/// `firstline store purge`.
struct StorePurge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Forget records that are over and old, for good, and make the store smaller.",
        discussion: """
            What has not ended is never forgotten. Nothing is forgotten of a class that is not named. A server does the same by itself, \
            by 'keep' in its configuration. Ends with 0, also when nothing is that old, and with 75 when another process has the store.
            """)

    @Option(help: ArgumentHelp("Forget runs that ended longer ago, with all they wrote.", valueName: "duration"))
    var runs: String?

    @Option(
        help: ArgumentHelp("Forget planned starts of longer ago that began or were skipped.", valueName: "duration"))
    var starts: String?

    @Option(help: ArgumentHelp("Forget events of longer ago.", valueName: "duration"))
    var events: String?

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let retention = try retention()
        let (care, directory) = try storeCare(common)
        // None is made by a wrong name.
        guard care.exists(directory: directory) else {
            throw CommandFailure(StoreError.absent(directory: directory))
        }
        if try RunningServer.find(common.data) != nil {
            throw CommandFailure(
                .busy,
                "a server has \(directory) open, and forgets by itself what is older than its configuration's 'keep' says"
            )
        }
        try ask(retention)
        let house = try await House.writing(common)
        do {
            let housekeeper = Housekeeper(
                store: house.store, retention: retention, by: Surroundings.person
            ) { [language = common.language] in say(Phrases.text($0.text, language)) }
            let forgotten = try await storeCall { () async throws(StoreError) in try await housekeeper.sweep() }
            if forgotten.isEmpty { say("nothing is that old") }
            await house.close()
            guard common.format.isForPrograms else { return }
            put(try Sheet(item: Purged(forgotten), name: directory) { _ in [] }.text(common.format), common.format)
        } catch {
            await house.close()
            throw error
        }
    }

    /// How many records were forgotten, as programs read it.
    private struct Purged: Encodable, Sendable {
        let runs: Int
        let starts: Int
        let events: Int

        init(_ forgotten: [Past: Int]) {
            runs = forgotten[.runs] ?? 0
            starts = forgotten[.starts] ?? 0
            events = forgotten[.events] ?? 0
        }
    }

    private func retention() throws -> Retention {
        var retention = Retention()
        for (past, text) in [(Past.runs, runs), (.starts, starts), (.events, events)] {
            guard let text else { continue }
            let shortest = Retention.shortest(past)
            guard let time = Duration(written: text), time >= shortest else {
                let rule = "a duration of \(shortest.written) at least, such as 90d"
                throw CommandFailure(.usage, "--\(past.rawValue) must be \(rule), not '\(text)'")
            }
            retention[past] = time
        }
        guard retention != Retention() else {
            throw CommandFailure(
                .usage, "say what is to be forgotten: --runs, --starts or --events, such as --runs 400d")
        }
        return retention
    }

    private func ask(_ retention: Retention) throws {
        if yes { return }
        let what = Past.allCases.compactMap { past in retention[past].map { "\(past.plural) older than \($0.written)" }
        }
        let question = "Forget \(what.joined(separator: ", ")) of \(Surroundings.dataDirectory(common.data)) for good?"
        switch confirm(question) {
        case true?: return
        case false?: throw CommandFailure(.refused, "nothing was forgotten")
        case nil: throw CommandFailure(.usage, "nobody can be asked here; say --yes")
        }
    }
}

extension Past {
    fileprivate var plural: String {
        switch self {
        case .runs: "runs"
        case .starts: "planned starts"
        case .events: "events"
        }
    }
}
