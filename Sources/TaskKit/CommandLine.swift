// SPDX-License-Identifier: Apache-2.0

import Model

extension Command {
    /// The command as one line for people to read in a plan, quoted as a shell would want it.
    ///
    /// It is never given to a shell.
    ///
    /// - Parameter scriptName: What a script's file is shown as.
    /// - Returns: Such as `cd /srv && /bin/sh check.sh -- 'two words' < (12 bytes) &`.
    public func lineForReading(scriptName: String = "(script)") -> String {
        let words: [String] =
            switch work {
            case .program(let program, let arguments): ([program] + arguments).map(quotedForReading)
            case .script(let script):
                script.interpreter.map(quotedForReading) + [scriptName] + script.arguments.map(quotedForReading)
            }
        var line = words.joined(separator: " ")
        if let directory { line = "cd \(quotedForReading(directory)) && " + line }
        if !standardInput.isEmpty { line += " < (\(standardInput.count) bytes)" }
        return isBackground ? line + " &" : line
    }
}

/// A word as it would be quoted in a shell; control characters are spelled out, so that it stays one visible line.
public func quotedForReading(_ word: String) -> String {
    guard !word.isEmpty else { return "''" }
    guard word.unicodeScalars.allSatisfy(\.isVisible) else {
        return "$'" + word.unicodeScalars.map(spelledOut).joined() + "'"
    }
    let isPlain = word.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789_-./:=@%+,".unicodeScalars.contains($0)
    }
    return isPlain
        ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

private func spelledOut(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    case "'", "\\": return "\\" + String(scalar)
    case _ where !scalar.isVisible:
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    default: return String(scalar)
    }
}
