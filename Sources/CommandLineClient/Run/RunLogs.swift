// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Foundation
import Glibc
import Model
import Storage

/// `firstline run logs <run>`.
struct RunLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what the steps of a run wrote.",
        discussion:
            "On a terminal, control characters that hosts sent are shown as marks; --raw and a pipe give the bytes as they came."
    )

    @Argument(help: "The run: its id, a part of it, or 'last'.")
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

    func run() async throws {
        let records = try await Records.open(common)
        let view = try await records.store.view(try await records.store.find(run))
        var found = 0
        for (name, steps) in view.targets.map({ ($0.target.description, $0.steps) }) + [
            ("controller", view.controllerSteps)
        ] {
            guard matches(name) else { continue }
            for step in steps where matches(step) && step.record.log.written > 0 {
                found += 1
                try await print(step, of: view.run.id, name, records.store)
            }
        }
        await records.close()
        if found == 0 {
            say("nothing was written by \(step ?? "any step") on \(host ?? "any target") of run \(view.run.id)")
        }
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
        let attempt = AttemptKey(run: run, key: step.record.key, attempt: step.record.attempt)
        let reader = OutputReader(of: attempt, in: store)
        try await LogPrinter(raw: raw).print(reader)
    }
}
