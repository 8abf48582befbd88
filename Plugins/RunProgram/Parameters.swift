// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

extension RunProgram {
    /// What a task wrote, decoded.
    package struct Parameters: Sendable {
        /// What is run.
        let command: Command
        /// The script, if it is one.
        let script: ScriptSource?
        /// What the script is called in the plan.
        let scriptName: String
        /// What counts as failed.
        let errorWhen: ErrorCondition
        /// What is handed over.
        let outputs: [DeclaredOutput]
        /// When an output is worth a finding.
        let thresholds: [Threshold]
        /// The id of the line for the operator, unless the script writes its own.
        let summary: String?
        /// Where that id is written.
        let summaryPlace: Place?

        init(_ values: ParameterValues) throws(ParameterError) {
            let outputs = try DeclaredOutput.read(values)
            self.outputs = outputs
            errorWhen = try ErrorCondition(values)
            thresholds = try readThresholds(values, outputs: outputs.map(\.spec))
            summary = try values.optionalText("summary")
            summaryPlace = values.setting("summary")?.place
            script = try readScript(values)
            scriptName = values.setting("script")?["file"]?.text ?? "(script)"
            command = try readCommand(values, script, writesFile: outputs.contains { $0.source == nil })
            if command.isBackground { try refuseInBackground(values) }
        }
    }
}

/// Nobody listens to a program in the background.
private func refuseInBackground(_ values: ParameterValues) throws(ParameterError) {
    for key in ["stdin", "reboot", "errorWhen", "outputs", "thresholds", "summary"] where values.has(key) {
        throw ParameterError(
            key, "means nothing in the background; let a later task look", at: values.setting(key)?.place)
    }
}

private func readCommand(
    _ values: ParameterValues, _ script: ScriptSource?, writesFile: Bool
) throws(ParameterError) -> Command {
    var command = Command(try readWork(values, script))
    command.environment = try readEnvironment(values)
    command.standardInput = Array(try (values.optionalText("stdin") ?? "").utf8)
    if let directory = try values.optionalText("directory") {
        _ = try values.value("directory", .path)
        command.directory = directory
    }
    command.isBackground = try values.flag("background", default: false)
    command.reboots = try readReboot(values)
    command.writesOutputFile = writesFile
    try refuseLongWords(command, values)
    return command
}

/// Linux starts no program with a longer argument or variable.
private func refuseLongWords(_ command: Command, _ values: ParameterValues) throws(ParameterError) {
    let arguments =
        switch command.work {
        case .program(_, let arguments): arguments
        case .script(let script): script.arguments
        }
    let words =
        arguments.map { ("arguments", $0.utf8.count) }
        + command.environment.sorted { $0.key < $1.key }.map {
            ("environment", $0.key.utf8.count + 1 + $0.value.utf8.count)
        }
    for (path, count) in words where count > Command.longestWord {
        throw ParameterError(
            path,
            "holds a value of \(count) bytes, and Linux starts no program with more than \(Command.longestWord) in one; give "
                + "it as `stdin`", at: values.setting(path)?.place)
    }
}

private enum Reboot: String, CaseIterable {
    case never, expected
}

/// For how long the host may be away, where the program starts its machine anew.
private func readReboot(_ values: ParameterValues) throws(ParameterError) -> Duration? {
    let limit = try values.optionalText("rebootLimit")
    guard try values.choice("reboot", default: Reboot.never) == .expected else {
        if limit == nil { return nil }
        throw ParameterError(
            "rebootLimit", "is for `reboot: expected`", at: values.setting("rebootLimit")?.place)
    }
    if case .duration(let duration)? = try values.value("rebootLimit", .duration) { return duration }
    return .seconds(15 * 60)
}

/// The script; nil where a program is run, or nothing.
private func readScript(_ values: ParameterValues) throws(ParameterError) -> ScriptSource? {
    guard let script = values.setting("script") else { return nil }
    guard values.setting("program") == nil else {
        throw ParameterError("script", "cannot stand beside program; give one of them", at: script.place)
    }
    return try ScriptSource(script, for: try readInterpreter(values))
}

private func readInterpreter(_ values: ParameterValues) throws(ParameterError) -> [String] {
    let interpreter = values.has("interpreter") ? try values.texts("interpreter") : ["/bin/sh"]
    guard interpreter.first?.isEmpty == false else {
        throw ParameterError("interpreter", "must name a program", at: values.setting("interpreter")?.place)
    }
    return interpreter
}

private func readWork(_ values: ParameterValues, _ script: ScriptSource?) throws(ParameterError) -> Command.Work {
    let arguments = try values.texts("arguments")
    if let script {
        return .script(
            .init(text: Array(script.text.utf8), interpreter: try readInterpreter(values), arguments: arguments))
    }
    guard let written = values.setting("program") else {
        throw ParameterError("program", "is missing; give a program or a script", at: values.settings.place)
    }
    if let interpreter = values.setting("interpreter") {
        throw ParameterError("interpreter", "is for scripts; a program is run as it is", at: interpreter.place)
    }
    let program = try values.text("program")
    guard !program.isEmpty, !program.hasPrefix("-") else {
        throw ParameterError("program", "must be a program's name or path, not '\(program)'", at: written.place)
    }
    return .program(program, arguments: arguments)
}

private func readEnvironment(_ values: ParameterValues) throws(ParameterError) -> [String: String] {
    let environment = try values.map("environment")
    for name in environment.keys.sorted() where !isVariableName(name) || name.hasPrefix("FIRSTLINE_") {
        throw ParameterError(
            "environment/\(name)", "cannot be set; a name is letters, digits and _, and FIRSTLINE_… is ours",
            at: values.setting("environment")?.place)
    }
    return environment
}

private func isVariableName(_ name: String) -> Bool {
    name.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        && name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
}

private func readThresholds(_ values: ParameterValues, outputs: [OutputSpec]) throws(ParameterError) -> [Threshold] {
    let kinds = Dictionary(outputs.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    do throws(ThresholdError) {
        return try [Threshold](
            reading: values.setting("thresholds"), outputs: kinds, isFilled: values.isFilled)
    } catch {
        throw ParameterError(
            error.path.isEmpty ? "thresholds" : "thresholds/" + error.path, error.message, at: error.place)
    }
}
