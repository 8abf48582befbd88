// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Model
import Storage

/// `firstline run outliers <run>`.
struct RunOutliersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outliers", abstract: "Show which targets did something else than most, step by step.",
        discussion: """
            Times, process ids, addresses and durations in what hosts wrote do not count, nor do numbers handed over as outputs. \
            Ends with 0 when all did the same, with 1 when there is an odd one.
            """)

    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.runs))
    var run: String = "last"

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let records = try await Records.open(common)
        let view = try await records.store.view(try await records.store.find(run))
        let outliers = try await storeCall { () async throws(StoreError) in
            try await RunOutliers(view, in: records.store)
        }
        await records.close()
        let rows = outliers.steps.flatMap { step in
            step.groups.map { group in
                [
                    step.path.rawValue, String(group.targets.count),
                    Phrases.text(group.isOdd ? "yes" : "no", common.language),
                    short(group.targets), group.differs,
                ]
            }
        }
        switch common.format {
        case .json: put(try Encoding.json(outliers))
        case .jsonl: put(try Encoding.line(outliers))
        case .yaml: put(try Encoding.yaml(outliers))
        case .name: put(outliers.odd.map { $0 + "\n" }.joined())
        case .csv: put(CSV.text([["step", "count", "odd", "targets", "differs"]] + rows), .csv)
        case .table, .wide:
            put(
                rows.isEmpty
                    ? Phrases.text("all targets did the same", common.language) + "\n"
                    : Table(headings(["STEP", "COUNT", "ODD", "TARGETS", "WHAT"], common.language), rows).text)
        }
        if !outliers.odd.isEmpty { throw ExitCode(1) }
    }

    private func short(_ targets: [String]) -> String {
        let shown = common.format == .table ? targets.prefix(5) : targets[...]
        return shown.joined(separator: " ") + (shown.count < targets.count ? " … +\(targets.count - shown.count)" : "")
    }
}

/// `firstline run diff <run>`.
struct RunDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what is new, gone or slower since an earlier run of the same job.",
        discussion: "Ends with 0 when nothing is different, with 1 when something is.")

    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.runs))
    var run: String = "last"

    @Option(
        help: ArgumentHelp("The run to compare with, or 'last-good': the one before that ended OK.", valueName: "run"),
        completion: .custom(Completion.runs))
    var against: String = "last-good"

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let records = try await Records.open(common)
        let view = try await records.store.view(try await records.store.find(run))
        let other = try await records.store.view(
            against == "last-good" ? lastGood(before: view.run, records) : records.store.find(against))
        guard other.run.job == view.run.job else {
            throw CommandFailure(.usage, "run \(other.run.id) is of \(other.run.job), not of \(view.run.job)")
        }
        let diff = try await storeCall { () async throws(StoreError) in
            try await RunDiff(view, against: other, in: records.store)
        }
        await records.close()
        let rows = diff.entries.map { [$0.target, $0.step.rawValue, $0.kind, $0.new ?? "", $0.gone ?? ""] }
        switch common.format {
        case .json: put(try Encoding.json(diff))
        case .jsonl: put(try Encoding.line(diff))
        case .yaml: put(try Encoding.yaml(diff))
        case .name: put(diff.against.rawValue + "\n")
        case .csv: put(CSV.text([["target", "step", "kind", "new", "gone"]] + rows), .csv)
        case .table, .wide:
            let head = Phrases.text(
                "run {run} against run {other}", common.language,
                ["run": diff.run.rawValue, "other": diff.against.rawValue])
            put(head + "\n")
            put(
                rows.isEmpty
                    ? Phrases.text("nothing is different", common.language) + "\n"
                    : Table(headings(["TARGET", "STEP", "KIND", "NEW", "GONE"], common.language), rows).text)
        }
        if !diff.entries.isEmpty { throw ExitCode(1) }
    }

    private func lastGood(before run: Run, _ records: Records) async throws -> RunID {
        let runs = try await storeCall { () async throws(StoreError) in
            try await records.store.runs(RunFilter(states: [.succeeded], job: run.job, limit: 1000))
        }
        guard let good = runs.first(where: { $0.arrival < run.arrival }) else {
            throw CommandFailure(.refused, "no run of \(run.job) before run \(run.id) ended OK")
        }
        return good.id
    }
}

private func headings(_ words: [String], _ language: Language) -> [String] {
    words.map { Phrases.text($0, language) }
}
