// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

extension RunProgram {
    /// What a task wrote, decoded.
    package struct Parameters: Sendable {
        /// What is run.
        let command: Command
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

        init(_ values: ParameterValues) throws(ParameterError) {
            let outputs = try DeclaredOutput.read(values)
            self.outputs = outputs
            errorWhen = try ErrorCondition(values)
            thresholds = try readThresholds(values, outputs: outputs.map(\.spec))
            summary = try values.optionalText("summary")
            scriptName = values.setting("script")?["file"]?.text ?? "(script)"
            command = try readCommand(values, writesFile: outputs.contains { $0.source == nil })
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

private func readCommand(_ values: ParameterValues, writesFile: Bool) throws(ParameterError) -> Command {
    var command = Command(try readWork(values))
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

private func readWork(_ values: ParameterValues) throws(ParameterError) -> Command.Work {
    let arguments = try values.texts("arguments")
    switch (values.setting("program"), values.setting("script")) {
    case (nil, nil):
        throw ParameterError("program", "is missing; give a program or a script", at: values.settings.place)
    case (_?, let script?):
        throw ParameterError("script", "cannot stand beside program; give one of them", at: script.place)
    case (nil, let script?):
        let interpreter = values.has("interpreter") ? try values.texts("interpreter") : ["/bin/sh"]
        guard interpreter.first?.isEmpty == false else {
            throw ParameterError("interpreter", "must name a program", at: values.setting("interpreter")?.place)
        }
        return .script(
            .init(text: try readScript(script, for: interpreter), interpreter: interpreter, arguments: arguments))
    case (let place?, nil):
        if let interpreter = values.setting("interpreter") {
            throw ParameterError("interpreter", "is for scripts; a program is run as it is", at: interpreter.place)
        }
        let program = try values.text("program")
        guard !program.isEmpty, !program.hasPrefix("-") else {
            throw ParameterError("program", "must be a program's name or path, not '\(program)'", at: place.place)
        }
        return .program(program, arguments: arguments)
    }
}

private func readScript(_ setting: Setting, for interpreter: [String]) throws(ParameterError) -> [UInt8] {
    guard case .map = setting.content else {
        throw ParameterError("script", "must be {text: …} or {file: …}, not \(setting.kind)", at: setting.place)
    }
    if let error = checkKeys(setting, known: ["text", "file"], at: "script").first { throw error }
    guard let text = setting["text"]?.text, !text.isEmpty else {
        throw ParameterError("script/text", "is missing or empty", at: setting.place)
    }
    let bytes = Array(text.utf8)
    if !isPowerShell(setting), isShell(interpreter), let line = firstLineWithReturn(bytes) {
        throw ParameterError(
            "script",
            "line \(line) ends with CR LF, as Windows writes it, and a shell takes the CR for part of the line; save it with LF "
                + "alone (dos2unix)", at: setting.place)
    }
    return bytes
}

/// The number of the first line that ends with a carriage return.
private func firstLineWithReturn(_ bytes: [UInt8]) -> Int? {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).firstIndex {
        $0.last == UInt8(ascii: "\r")
    }.map { $0 + 1 }
}

/// A Windows host runs a script without an interpreter of its own by PowerShell, which takes either end of line.
private func isPowerShell(_ script: Setting) -> Bool { script["file"]?.text?.hasSuffix(".ps1") ?? false }

private func isShell(_ interpreter: [String]) -> Bool {
    let name = interpreter.first?.split(separator: "/").last ?? ""
    return ["sh", "ash", "bash", "busybox", "dash", "ksh", "mksh", "zsh"].contains(name)
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
