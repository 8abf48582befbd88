// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Model
import Storage

/// `firstline run logs <run>`.
struct RunLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what the steps of a run wrote.",
        discussion:
            """
            On a terminal, control characters that hosts sent are shown as \u{FFFD}; --raw and a pipe give the bytes as they came. \
            -o json, jsonl, yaml and csv have an object or a row for each line, with its target, step and stream; a line that is not \
            UTF-8 is in base64.
            """
    )

    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.runs))
    var run: String = "last"

    @Option(
        name: [.customLong("host"), .customLong("on"), .customShort("l")],
        help: ArgumentHelp("Only this host or target.", valueName: "target"))
    var host: String?

    @Option(help: ArgumentHelp("Only this step, and those inside it.", valueName: "path"))
    var step: String?

    @Option(help: ArgumentHelp("Only this try.", valueName: "number"))
    var attempt: Int?

    @Flag(help: "Give the bytes as they came, without headings.")
    var raw = false

    @OptionGroup var common: CommonOptions

    mutating func validate() throws {
        if raw, common.format != .table {
            throw ValidationError("--raw gives the bytes as they came; it goes with no other form of output")
        }
    }

    func run() async throws {
        let records = try await Records.open(common)
        let view = try await records.store.view(try await records.store.find(run))
        let found = view.targets.map { ($0.target.description, $0.steps) } + [("controller", view.controllerSteps)]
        let chosen = found.flatMap { name, steps in
            steps.filter { matches(name) && matches($0) && $0.record.log.written > 0 }.map { (name, $0) }
        }
        switch common.format {
        case .table, .wide:
            for (name, step) in chosen { try await print(step, of: view.run.id, name, records.store) }
        default: try await list(chosen, of: view.run.id, records.store)
        }
        await records.close()
        if chosen.isEmpty {
            say("nothing was written by \(step ?? "any step") on \(host ?? "any target") of run \(view.run.id)")
        }
    }

    /// A line of output is an object; steps are written one by one where the form allows it.
    private func list(_ steps: [(String, StepView)], of run: RunID, _ store: any RunReader) async throws {
        var held: [LogLine] = []
        var isFirst = true
        for (name, step) in steps {
            held += try await LogLine.all(of: step, name, reader(of: step, run, store))
            guard common.format != .json else { continue }
            let text = try LogLine.listing(held).text(common.format)
            // One heading is enough.
            put(common.format == .csv && !isFirst ? CSV.withoutHeading(text) : text, common.format)
            (held, isFirst) = ([], false)
        }
        if common.format == .json || isFirst { put(try LogLine.listing(held).text(common.format), common.format) }
    }

    private func matches(_ target: String) -> Bool {
        guard let host else { return true }
        return target == host || target.hasPrefix(host + "/")
    }

    private func matches(_ view: StepView) -> Bool {
        if let attempt, view.record.attempt != attempt { return false }
        guard let step else { return true }
        return view.path.rawValue == step || view.path.rawValue.hasPrefix(step + "/")
    }

    private func print(_ step: StepView, of run: RunID, _ target: String, _ store: any RunReader) async throws {
        if !raw {
            let number = step.record.attempt > 1 ? " (try \(step.record.attempt))" : ""
            put("==> \(target) \(step.path)\(number) \(step.record.state.rawValue) <==\n")
        }
        var printer = LogPrinter(raw: raw)
        try await printer.print(reader(of: step, run, store))
    }

    private func reader(of step: StepView, _ run: RunID, _ store: any RunReader) -> OutputReader {
        let attempt = AttemptKey(run: run, key: step.record.key, attempt: step.record.attempt)
        return OutputReader(of: attempt, in: store)
    }
}
