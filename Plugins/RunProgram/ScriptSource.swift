// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// A script as it is written in a playbook or beside it.
struct ScriptSource: Sendable {
    /// What reads it, as far as its own marks matter.
    enum Reader {
        /// A shell, or PowerShell: `${a.b}` in it is nothing that it could read.
        case shell, powerShell
        /// A language in which `${a.b}` means something.
        case ownMarks
        case other
    }

    let text: String
    let reader: Reader
    private let written: Setting

    init(_ written: Setting, for interpreter: [String]) throws(ParameterError) {
        guard case .map = written.content else {
            throw ParameterError("script", "must be {text: …} or {file: …}, not \(written.kind)", at: written.place)
        }
        if let error = checkKeys(written, known: ["text", "file"], at: "script").first { throw error }
        guard let text = written["text"]?.text, !text.isEmpty else {
            throw ParameterError("script/text", "is missing or empty", at: written.place)
        }
        self.text = text
        self.written = written
        reader = written["file"]?.text?.hasSuffix(".ps1") ?? false ? .powerShell : Reader(interpreter)
        if let problem { throw problem }
    }

    /// What keeps a script from being read as its author means it.
    private var problem: ParameterError? {
        if reader == .shell {
            if text.unicodeScalars.first == "\u{FEFF}" {
                return ParameterError(
                    "script",
                    "begins with a byte order mark (U+FEFF), which a shell takes for part of its first word; save it as UTF-8 "
                        + "without one", at: place(1, 1) ?? written.place)
            }
            if let line = firstLineWithReturn {
                return ParameterError(
                    "script",
                    "line \(line) ends with CR LF, as Windows writes it, and a shell takes the CR for part of the line; save it "
                        + "with LF alone (dos2unix)", at: written.place)
            }
        }
        return marks.first { $0.isFatal }.map(error)
    }

    /// The number of the first line that ends with a carriage return.
    private var firstLineWithReturn: Int? {
        guard text.holds("\r") else { return nil }
        return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .first { $0.element.last == UInt8(ascii: "\r") }.map { $0.offset + 1 }
    }

    /// The place of a line: in the script's own file, or in the playbook.
    func place(_ line: Int, _ column: Int) -> Place? {
        guard let start = written["text"]?.place ?? written.place else { return nil }
        if let name = written["file"]?.text {
            let folder = start.file.lastIndex(of: "/").map { start.file[...$0] } ?? ""
            return Place(file: folder + name, line: line, column: column)
        }
        // A text of several lines begins in the line after its key.
        return text.utf8.contains(UInt8(ascii: "\n"))
            ? Place(file: start.file, line: start.line + line, column: 1) : start
    }
}

extension ScriptSource.Reader {
    /// What an interpreter is; `env` names the one that counts after itself.
    init(_ interpreter: [String]) {
        let names = interpreter.prefix(2).map { $0.split(separator: "/").last ?? "" }
        let name = names.first == "env" && names.count > 1 ? names[1] : names.first ?? ""
        switch name {
        case "sh", "ash", "bash", "busybox", "dash", "ksh", "mksh", "zsh": self = .shell
        case "pwsh", "powershell", "powershell.exe": self = .powerShell
        case "node", "nodejs", "deno", "bun", "groovy", "kotlin", "scala": self = .ownMarks
        default: self = .other
        }
    }
}

// Names of the product in `${…}`, which are not filled in here.
extension ScriptSource {
    struct Mark {
        let name: String
        let place: Place?
        /// Whether the script cannot be meant so.
        let isFatal: Bool
    }

    /// The `${params.x}`, `${steps.x.y}`, `${host.x}` … of the script, which reach its interpreter as they are.
    var marks: [Mark] {
        guard reader != .ownMarks, ScriptLine.mayHoldMarks(text) else { return [] }
        var result: [Mark] = []
        for line in ScriptLine.all(in: text) {
            for (column, name) in line.marks {
                let isOurs = name.hasPrefix("params.") || name.hasPrefix("steps.")
                result.append(
                    Mark(name: name, place: place(line.number, column), isFatal: isOurs && reader != .other))
            }
        }
        return result
    }

    /// What to say of a mark.
    func error(_ mark: Mark) -> ParameterError {
        let last = mark.name.split(separator: ".").last ?? "VALUE"
        let variable = String(last.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }).uppercased()
        let use = reader == .powerShell ? "$env:\(variable)" : "$\(variable)"
        return ParameterError(
            "script",
            "'${\(mark.name)}' is not filled in here: a script gets its values through arguments or environment; write "
                + "environment: {\(variable): \"${\(mark.name)}\"} beside the script, and \(use) in it",
            at: mark.place ?? written.place)
    }
}
