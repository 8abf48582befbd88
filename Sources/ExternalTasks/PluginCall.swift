// SPDX-License-Identifier: Apache-2.0

import Glibc
import Model
import TaskKit

/// How a plug-in's program is started: in an environment that holds nothing but what its manifest keeps.
struct PluginCall: Sendable {
    /// The command, without its standard input.
    let command: Command
    /// The command as people read it in a plan, without what only empties the environment.
    let line: String

    /// - Throws: `Problems` when it cannot be told what reads the program.
    init(_ manifest: Manifest, _ program: PluginFile, folder: String) throws(Problems) {
        let interpreter = manifest.interpreter ?? firstLineInterpreter(program.bytes)
        let emptying = ["/bin/sh", "-c", emptyEnvironment(keeping: manifest.environment), "plugin"]
        if let problem = PluginCall.problem(of: program, manifest.runs, manifest.interpreter) {
            throw Problems(problem, path: program.path)
        }
        switch manifest.runs {
        case .host:
            let interpreter = interpreter ?? []
            command = Command(.script(.init(text: program.bytes, interpreter: emptying + interpreter)))
            line = (interpreter + [manifest.program]).map(quotedForReading).joined(separator: " ")
        case .controller:
            // Its folder may hold more than the program, so it is run where it stands.
            let words = (manifest.interpreter ?? []) + [program.path]
            var command = Command("/bin/sh", Array((emptying + words).dropFirst()))
            command.directory = folder
            self.command = command
            line = words.map(quotedForReading).joined(separator: " ")
        }
    }

    /// What keeps a program from being started; nil when nothing does.
    static func problem(of program: PluginFile, _ runs: Manifest.Place, _ interpreter: [String]?) -> String? {
        guard interpreter == nil else { return nil }
        switch runs {
        case .host where program.bytes.starts(with: "\u{FEFF}#!".utf8):
            return "begins with a byte order mark (U+FEFF), which hides its #!; save it as UTF-8 without one"
        case .host where firstLineInterpreter(program.bytes) == nil:
            return "nothing says what reads it: begin it with #! or give an interpreter in task.yaml"
        case .controller where access(program.path, X_OK) != 0:
            return "cannot be executed; allow it with chmod u+x or give an interpreter"
        case .host, .controller: return nil
        }
    }
}

/// Starts the words after it with an empty environment.
///
/// The attempt's id stays, because by it everything the program starts is found again and ended; PATH is a fixed one. The
/// names are capital letters, digits and `_`, so nothing in this text can be taken for anything else.
private func emptyEnvironment(keeping names: [String]) -> String {
    let kept = names.filter { $0 != "PATH" }.map { "${\($0)+\"\($0)=$\($0)\"} " }.joined()
    let path =
        names.contains("PATH") ? "\"PATH=$PATH\"" : "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return "exec env -i \"FIRSTLINE_ATTEMPT=$FIRSTLINE_ATTEMPT\" \(path) \(kept)\"$@\""
}

/// What the first line names after `#!`.
private func firstLineInterpreter(_ bytes: [UInt8]) -> [String]? {
    guard bytes.starts(with: [UInt8(ascii: "#"), UInt8(ascii: "!")]) else { return nil }
    let line = String(decoding: bytes.dropFirst(2).prefix(256).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    return words.first?.hasPrefix("/") == true ? words : nil
}
