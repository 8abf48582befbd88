// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Model

// Windows hosts: PowerShell over OpenSSH for Windows. What is sent is built and tested here; it has not been run against a
// Windows host by this project's own tests.

extension LaunchOpening {
    /// Makes the opening for a Windows host: a fixed line that reads the launcher from standard input and runs it.
    ///
    /// - Throws: `SessionFailure` with `badValue` when another account is asked for, which is not possible there.
    package init(windowsAs account: String?) throws(SessionFailure) {
        guard account == nil else {
            throw SessionFailure(
                .badValue,
                "on a Windows host work runs as the account that logs in; take 'account' away, or log in as it")
        }
        self.init(line: WindowsLaunch.line, head: Array((WindowsLaunch.script + "\n").utf8))
    }
}

extension LaunchRequest {
    /// Makes a request for a Windows host; its launcher takes no other.
    ///
    /// - Throws: `SessionFailure` with `badValue` when something cannot be sent.
    package init(windows command: Command, tag: String, key: String) throws(SessionFailure) {
        let nonce = LaunchRequest.makeNonce(key)
        var items = WindowsItems()
        items.add("N", nonce)
        try items.add(command, tag: tag)
        self.init(bytes: items.bytes, nonce: nonce, isLast: true)
    }
}

/// The launcher for Windows as it is sent.
package enum WindowsLaunch {
    /// The line for the host's shell, be it cmd.exe or PowerShell: words of letters and digits only.
    ///
    /// The launcher itself would be too long for it (cmd.exe takes 8191 characters), so the line holds a few words that read it.
    package static let line =
        "powershell.exe -NoProfile -NonInteractive -EncodedCommand "
        + encoded(
            "& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Console]::In.ReadLine()))))"
        )

    /// The launcher, as the first line of standard input.
    package static let script = Data(PackageResources.launch_ps1).base64EncodedString()

    /// Ends a process and what it started.
    package static func killer(of pid: Int) -> Command {
        Command("taskkill.exe", ["/T", "/F", "/PID", String(pid)])
    }

    /// Text as PowerShell's `-EncodedCommand` takes it: base64 of UTF-16, low byte first.
    private static func encoded(_ text: String) -> String {
        Data(text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
            .base64EncodedString()
    }

    /// How a script without an interpreter of its own is run.
    static let interpreter = [
        "powershell.exe", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File",
    ]

    /// Words as one command line from which a program's runtime gets the same words back.
    ///
    /// The rules are those of Microsoft's C runtime: backslashes count only before a quotation mark, where two stand for one.
    package static func commandLine(_ words: [String]) -> String {
        words.map(quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        var result = "\""
        var backslashes = 0
        for character in word.unicodeScalars {
            if character == "\\" {
                backslashes += 1
            } else if character == "\"" {
                result += String(repeating: "\\", count: backslashes + 1)
                backslashes = 0
            } else {
                backslashes = 0
            }
            result.unicodeScalars.append(character)
        }
        return result + String(repeating: "\\", count: backslashes) + "\""
    }
}

/// The items the launcher for Windows reads, one a line.
private struct WindowsItems {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ letter: Character, _ value: String) { add(letter, Array(value.utf8)) }

    mutating func add(_ letter: Character, _ value: [UInt8]) {
        bytes += Array((String(letter) + Data(value).base64EncodedString() + "\n").utf8)
    }

    mutating func add(_ command: Command, tag: String) throws(SessionFailure) {
        if let directory = command.directory { add("D", try checked(directory)) }
        add("E", "FIRSTLINE_ATTEMPT=" + tag)
        for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) {
            guard !name.isEmpty, !name.contains("=") else {
                throw SessionFailure(.badValue, "'\(name)' cannot be an environment variable's name")
            }
            add("E", try checked(name + "=" + value))
        }
        switch command.work {
        case .program(let program, let arguments):
            if command.writesOutputFile { add("W", "") }
            add("P", try checked(program))
            add("Q", try checked(WindowsLaunch.commandLine(arguments)))
        case .script(let script):
            let isDefault = script.interpreter == Command.Script(text: []).interpreter
            let words = isDefault ? WindowsLaunch.interpreter : script.interpreter
            add("W", "")
            add("P", try checked(words.first ?? ""))
            add("Q", try checked(WindowsLaunch.commandLine(Array(words.dropFirst()))))
            add("S", script.text)
            add("R", try checked(WindowsLaunch.commandLine(script.arguments)))
        }
        if !command.standardInput.isEmpty { add("I", command.standardInput) }
        if command.isBackground { add("F", "") }
        bytes += Array("G\n".utf8)
    }

    private func checked(_ value: String) throws(SessionFailure) -> String {
        guard !value.unicodeScalars.contains("\u{0}") else {
            throw SessionFailure(.badValue, "a value holds a NUL character, which no program can be given")
        }
        return value
    }
}
