// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Model
import Storage

/// `firstline run list`.
struct RunList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List runs, newest first.")

    @Option(help: ArgumentHelp("Only runs in this state; may be given several times.", valueName: "state"))
    var state: [String] = []

    @Option(help: ArgumentHelp("Only runs of this job.", valueName: "job"), completion: .custom(Completion.jobs))
    var job: String?

    @Option(help: "At most so many.")
    var limit = 20

    @OptionGroup var common: CommonOptions

    mutating func validate() throws {
        guard (1...APIQuery.largestLimit).contains(limit) else {
            throw ValidationError("--limit must be from 1 to \(APIQuery.largestLimit), not \(limit)")
        }
    }

    func run() async throws {
        let states = try state.map { text in
            guard let state = RunState(rawValue: text) else {
                let known = RunState.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(.usage, "--state must be one of \(known), not '\(text)'")
            }
            return state
        }
        let filter = RunFilter(states: Set(states), job: job.map(JobID.init), limit: limit)
        let runs = try await runs(filter)
        let reader = common.reader
        let listing = Listing<RunRow>(
            columns: [
                .init("RUN") { $0.id.rawValue }, .init("JOB") { $0.job.rawValue },
                .init("STATE") { $0.words(reader.language) }, .init("STARTED") { $0.startedAt ?? "" },
                .init("TIME") { $0.time }, .init("BY") { $0.operator },
                .init("ON", wide: true) { reader.text($0.told) },
                .init("PLAN", wide: true) { String($0.planDigest.prefix(12)) },
            ], items: runs.map(RunRow.init)
        ) { $0.id.rawValue }
        put(try listing.text(common.format, common.language), common.format)
    }
}

extension RunList {
    /// The runs; none where there is no store yet.
    private func runs(_ filter: RunFilter) async throws -> [Run] {
        guard let records = try await Records.openIfThere(common) else {
            say(Phrases.text("there are no runs yet", common.language))
            return []
        }
        let runs = try await storeCall { () async throws(StoreError) in try await records.store.runs(filter) }
        await records.close()
        return runs
    }
}

/// One line of the list.
struct RunRow: Encodable, Sendable {
    let id: RunID
    let job: JobID
    let state: RunState
    /// The gravest level of its steps that succeeded; nil = it has not ended, or it is not known.
    let level: Level?
    let startedAt: String?
    let endedAt: String?
    let `operator`: String
    let origin: String
    let planDigest: String
    let durationMs: Int64?
    /// The origin as people read it.
    let told: Sentence

    private enum CodingKeys: String, CodingKey {
        case id, job, state, level, startedAt, endedAt, `operator`, origin, planDigest, durationMs
    }

    init(_ run: Run) {
        id = run.id
        job = run.job
        state = run.state
        level = run.level
        startedAt = run.startedAt?.description
        endedAt = run.endedAt?.description
        `operator` = run.operatorName
        origin = run.origin.description
        told = run.origin
        planDigest = run.planDigest
        if let start = run.startedAt, let end = run.endedAt {
            durationMs = (end - start).milliseconds
        } else {
            durationMs = nil
        }
    }

    /// The state in words; a run in which a check could not look is not called OK.
    func words(_ language: Language) -> String {
        state == .succeeded && level == .unknown
            ? StateText.words(.succeeded, .unknown, language) : StateText.words(state, language)
    }

    var time: String { durationMs.map { Duration.milliseconds($0).short } ?? "" }
}
