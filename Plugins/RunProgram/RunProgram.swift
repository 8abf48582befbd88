// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// Runs a program or a script and judges it by its exit code, its words, and what it hands over.
package struct RunProgram: TaskType {
    package let name: TaskTypeName = "RunProgram"
    package let summary = Localized([
        .english: "Runs a program or a script and judges what it does.",
        .korean: "프로그램이나 스크립트를 실행하고 결과를 판정합니다.",
        .japanese: "プログラムまたはスクリプトを実行し、結果を判定します。",
    ])
    package let parameters = RunProgram.specs
    package let defaultPlacement = Placement.each
    package let defaultEffect = Effect.change
    package let isResumable = true

    package init() {}

    package var example: String { String(decoding: PackageResources.Example_yaml, as: UTF8.self) }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Parameters {
        try Parameters(values)
    }

    package func declaredOutputs(_ parameters: Parameters) -> [OutputSpec] { parameters.outputs.map(\.spec) }

    package func preview(_ parameters: Parameters) -> [PlannedAction] {
        let command = parameters.command
        var bytes: [UInt8]?
        if case .script(let script) = command.work { bytes = script.text }
        let line = command.lineForReading(scriptName: parameters.scriptName)
        let variables = command.environment.sorted { $0.key < $1.key }.map { PlannedVariable($0.key, $0.value) }
        return [PlannedAction(line, scriptBytes: bytes, environment: variables)]
    }

    /// Runs the program once.
    ///
    /// When the time limit passes, the outcome is `failed` with the reason `time-limit` if the program was ended, and
    /// `leftRunning` if it was not; a change that could not be ended completely is `unknown`, because something may still be
    /// at work.
    package func run(_ parameters: Parameters, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        let search = OutputSearch(parameters.errorWhen, parameters.outputs)
        guard !search.isEmpty else {
            let execution = try await context.execute(parameters.command)
            return Judgement(parameters, search, context.effect).outcome(of: execution)
        }
        let watcher = OutputWatcher(search)
        let execution = try await context.execute(parameters.command, watching: watcher)
        return Judgement(parameters, await watcher.finish(), context.effect).outcome(of: execution)
    }
}

extension RunProgram {
    fileprivate static let specs: [ParameterSpec] = [
        ParameterSpec("program", .value(.text), "The program to run, best by its absolute path. This or `script`."),
        ParameterSpec(
            "script", .verbatim,
            "The script to run: `{text: …}` or `{file: …}`. Values come by `environment` or `arguments`."),
        ParameterSpec("interpreter", .values, "What reads the script, with its own words. Default: /bin/sh."),
        ParameterSpec(
            "arguments", .values, "The words given to the program or script, each as it is; no shell reads them."),
        ParameterSpec("environment", .map, "Environment variables to set."),
        ParameterSpec("directory", .value(.path), "The working directory. Default: the account's."),
        ParameterSpec(
            "stdin", .value(.text), secrets: .revealed,
            "What the program reads on standard input, the one way for secrets. Default: nothing."),
        ParameterSpec(
            "background", .value(.bool),
            "Start it and go on: for daemons and programs that do not end. A later task must prove that it worked."),
        ParameterSpec(
            "reboot", .value(.choice), choices: ["never", "expected"],
            "`expected`: it starts its machine anew. The task ends well when the machine is up again. Default: never."),
        ParameterSpec(
            "rebootLimit", .value(.duration), "How long the machine may be away then. Default: 15m."),
        ParameterSpec(
            "errorWhen", .any,
            "What counts as failed: `exitCodes` (default: anything but 0), `stdout`, `stderr` (a text), `stdoutPattern`, `stderrPattern`."
        ),
        ParameterSpec("outputs", .any, "What it hands over to later tasks: `name: {type, help, from, pattern}`."),
        ParameterSpec(
            "thresholds", .any, "When an output is worth a finding: `{value, warning, error, code, absolute}`."),
        ParameterSpec(
            "summary", .value(.text),
            "The id of the one line the operator reads, filled with the outputs, unless the script writes its own."),
    ]
}
