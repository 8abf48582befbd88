// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import TaskKitTesting
import Testing

@testable import TaskKit

/// What is sent to a Windows host.
///
/// There is none here, so that what it does with it is not tested.
@Suite("Commands for Windows hosts, as they are built")
struct WindowsLaunchTests {
    /// The items of a request by letter, decoded.
    private func items(_ command: Command) throws -> [(letter: String, bytes: [UInt8])] {
        let request = try LaunchRequest(windows: command, tag: "attempt", key: "KEY")
        let lines = String(decoding: request.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.last == "G")
        return try lines.dropLast().map { line in
            (String(line.prefix(1)), [UInt8](try #require(Data(base64Encoded: String(line.dropFirst())))))
        }
    }

    private func text(_ letter: String, _ items: [(letter: String, bytes: [UInt8])]) -> String? {
        items.first { $0.letter == letter }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test(
        "the line is fixed, short enough for cmd.exe, and holds nothing that either shell would read as more than a word"
    )
    func line() throws {
        #expect(WindowsLaunch.line.utf8.count < 8191)
        let harmless = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -.+/=")
        #expect(Set(WindowsLaunch.line).subtracting(harmless) == [])
        let last = try #require(WindowsLaunch.line.split(separator: " ").last)
        let utf16 = [UInt8](try #require(Data(base64Encoded: String(last))))
        let text = stride(from: 0, to: utf16.count, by: 2).map { UInt16(utf16[$0]) | UInt16(utf16[$0 + 1]) << 8 }
        #expect(String(decoding: text, as: UTF16.self).contains("[Console]::In.ReadLine()"))
        let script = try #require(Data(base64Encoded: WindowsLaunch.script))
        #expect(String(decoding: script, as: UTF8.self).hasPrefix("# Firstline's launcher for Windows"))
        #expect(!WindowsLaunch.script.contains("\n"))
    }

    @Test("words come back from the command line as they were, by the rules of Microsoft's C runtime")
    func quoting() {
        var lists = [
            ["a b"], [""], ["\""], ["\\"], ["a\\"], ["\\\\\""], ["a\\\"b", "c d\\"], ["%PATH%", "^&|<>", "$(x)"],
        ]
        for _ in 0..<2000 {
            let ending = ["", "\\", "\"", "\\\""].randomElement() ?? ""
            lists.append([TaintedText.random(), TaintedText.random() + ending, TaintedText.random()])
        }
        for words in lists { #expect(split(WindowsLaunch.commandLine(words)) == words) }
    }

    @Test("every value travels as base64, byte for byte, and none is part of the line")
    func values() throws {
        for _ in 0..<500 {
            let (word, value) = (TaintedText.random(), TaintedText.random())
            var command = Command("C:\\Program Files\\x.exe", [word, "plain"])
            command.environment = ["VALUE": value]
            command.standardInput = Array(value.utf8)
            let items = try items(command)
            #expect(text("P", items) == "C:\\Program Files\\x.exe")
            #expect(split(text("Q", items) ?? "") == [word, "plain"])
            #expect(items.contains { $0.letter == "E" && $0.bytes == Array("VALUE=\(value)".utf8) })
            #expect(items.contains { $0.letter == "E" && $0.bytes == Array("FIRSTLINE_ATTEMPT=attempt".utf8) })
            let given = items.first { $0.letter == "I" }?.bytes ?? []
            #expect(given == command.standardInput)
        }
    }

    @Test("a script is run by PowerShell unless it names an interpreter, with its arguments after its file")
    func scripts() throws {
        var script = Command.Script(text: Array("Write-Output 'é'".utf8), arguments: ["a b"])
        let usual = try items(Command(.script(script)))
        #expect(text("P", usual) == "powershell.exe")
        #expect(split(text("Q", usual) ?? "").suffix(3) == ["-ExecutionPolicy", "Bypass", "-File"])
        #expect(text("S", usual) == "Write-Output 'é'")
        #expect(split(text("R", usual) ?? "") == ["a b"])
        #expect(text("W", usual) == "")
        script.interpreter = ["python.exe", "-u"]
        let python = try items(Command(.script(script)))
        #expect(text("P", python) == "python.exe" && split(text("Q", python) ?? "") == ["-u"])
    }

    @Test("another account, a NUL and a bad variable name are refused, each with its reason")
    func refusals() {
        #expect(throws: SessionFailure.self) { try LaunchOpening(windowsAs: "Administrator") }
        var nul = Command("x.exe", ["a\u{0}"])
        for change in [
            {},
            {
                nul = Command("x.exe"); nul.environment = ["A=B": "c"]
            },
        ] {
            change()
            #expect(throws: SessionFailure.self) { try LaunchRequest(windows: nul, tag: "a", key: "K") }
        }
    }

    @Test("what it started is ended with its whole tree")
    func killer() {
        #expect(WindowsLaunch.killer(of: 42) == Command("taskkill.exe", ["/T", "/F", "/PID", "42"]))
    }

    /// A command line as Microsoft's C runtime splits it: the documented rules, written for this test.
    private func split(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        var backslashes = 0
        for scalar in line.unicodeScalars {
            if scalar == "\\" {
                backslashes += 1
                continue
            }
            let isQuote = scalar == "\""
            let literal = isQuote ? backslashes / 2 : backslashes
            if backslashes > 0 { word = (word ?? "") + String(repeating: "\\", count: literal) }
            let isEscaped = isQuote && backslashes % 2 == 1
            backslashes = 0
            if isQuote, !isEscaped {
                isQuoted.toggle()
                word = word ?? ""
            } else if scalar == " " || scalar == "\t", !isQuoted {
                word.map { words.append($0) }
                word = nil
            } else {
                word = (word ?? "") + String(scalar)
            }
        }
        if backslashes > 0 { word = (word ?? "") + String(repeating: "\\", count: backslashes) }
        return words + [word].compactMap(\.self)
    }
}
