// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// What a program wrote to the file named by `FIRSTLINE_OUTPUT`, line by line.
///
/// Reading never fails as a whole: it stops at the first line that means nothing and keeps what stood before it, so that an
/// operator sees as much as possible. Bytes that are not UTF-8 are replaced; all values stay plain values.
struct ResultFile: Sendable {
    /// The outputs, by name.
    private(set) var values: [String: Value] = [:]
    /// What was found.
    private(set) var findings: [Finding] = []
    /// The line for the operator.
    private(set) var summary: Message?
    /// Whether the host was altered, if the program said so.
    private(set) var changed: Bool?
    /// Files made for the operator.
    private(set) var artifacts: [String] = []
    /// The first thing that cannot be read, with its line.
    private(set) var problem: String?
    private let kinds: [String: ValueKind]

    /// The most bytes of the file.
    static let longest = 1_048_576
    private static let mostEntries = 1000

    /// Reads a file.
    init(_ bytes: [UInt8], outputs: [OutputSpec]) {
        kinds = Dictionary(outputs.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
        let lines = bytes.prefix(ResultFile.longest).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        )
        .map { String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self) }
        var position = 0
        do throws(LineProblem) {
            while position < lines.count { try read(lines, &position) }
            if bytes.count > ResultFile.longest {
                throw LineProblem("the file is longer than \(ResultFile.longest) bytes")
            }
        } catch {
            problem = "line \(min(position + 1, lines.count)): \(error.message)"
        }
    }

    private mutating func read(_ lines: [String], _ position: inout Int) throws(LineProblem) {
        let line = lines[position].withoutOuterSpace
        let (word, rest) = line.firstWord
        switch word {
        case "": break
        case "value": try readValue(lines, &position, rest)
        case "finding": try readFinding(rest)
        case "summary": summary = try message(rest)
        case "changed": changed = try flag(rest)
        case "artifact": try readArtifact(rest)
        default: throw LineProblem("'\(excerpt(word, limit: 40))' is not value, finding, summary, changed or artifact")
        }
        position += 1
    }

    private mutating func readValue(_ lines: [String], _ position: inout Int, _ rest: String) throws(LineProblem) {
        // Spaces at the end of a value belong to it, so the line is taken again as it is.
        // By code points: a value may begin with a mark that joins the sign before it.
        let written = lines[position].unicodeScalars.drop { $0.properties.isWhitespace }.dropFirst("value".count)
            .drop { $0 == " " || $0 == "\t" }
        guard let sign = written.firstIndex(where: { $0 == "=" || $0 == "<" }) else {
            throw LineProblem("write value NAME=TEXT")
        }
        let name = String(written[..<sign])
        guard let kind = kinds[name] else {
            throw LineProblem("'\(excerpt(name, limit: 40))' is not declared under outputs")
        }
        if written[sign] == "=" {
            try set(name, kind, String(written[written.index(after: sign)...]), isList: false)
            return
        }
        let end = written[sign...].dropFirst(2).drop { $0 == " " }
        guard written[sign...].starts(with: "<<".unicodeScalars), isWord(String(end)) else {
            throw LineProblem("write value NAME=TEXT or value NAME<<END")
        }
        guard let last = lines[(position + 1)...].firstIndex(of: String(end)) else {
            throw LineProblem("there is no line \(excerpt(String(end))) that ends \(name)")
        }
        try set(name, kind, lines[(position + 1)..<last].joined(separator: "\n"), isList: true)
        position = last
    }

    private mutating func set(_ name: String, _ kind: ValueKind, _ text: String, isList: Bool) throws(LineProblem) {
        if kind == .list, isList {
            values[name] = .list(text.unicodeScalars.split(separator: "\n").map { .text(String($0)) })
            return
        }
        let plain = kind == .text || kind == .list ? text : text.withoutOuterSpace
        guard let value = kind.value(from: plain) else {
            let wanted = kind.expectation(insteadOf: plain)
            throw LineProblem("\(name) must be \(wanted), not '\(excerpt(text, limit: 80))'")
        }
        values[name] = value
    }

    private mutating func readFinding(_ rest: String) throws(LineProblem) {
        let (word, message) = rest.firstWord
        guard let level = Level(rawValue: word), level != .ok else {
            throw LineProblem("a finding's level is info, warning, error or unknown, not '\(excerpt(word, limit: 40))'")
        }
        guard findings.count < ResultFile.mostEntries else { throw LineProblem("there are too many findings") }
        let finding = try self.message(message)
        findings.append(Finding(level, finding.id, finding.values))
    }

    private mutating func readArtifact(_ rest: String) throws(LineProblem) {
        guard ValueKind.path.value(from: rest) != nil else {
            throw LineProblem("an artifact is an absolute path without '..', not '\(excerpt(rest, limit: 80))'")
        }
        guard artifacts.count < ResultFile.mostEntries else { throw LineProblem("there are too many artifacts") }
        artifacts.append(rest)
    }

    private func message(_ text: String) throws(LineProblem) -> Message {
        let (id, rest) = text.firstWord
        guard isWord(id) else { throw LineProblem("'\(excerpt(id, limit: 40))' cannot be a code") }
        return Message(id, try pairs(in: rest))
    }

    private func flag(_ text: String) throws(LineProblem) -> Bool {
        guard let flag = ["yes": true, "no": false][text] else { throw LineProblem("write changed yes or changed no") }
        return flag
    }
}

/// Why a line means nothing.
struct LineProblem: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

extension String {
    /// The text up to the first white space, and what comes after it.
    fileprivate var firstWord: (String, String) {
        let end = unicodeScalars.firstIndex { $0.properties.isWhitespace } ?? endIndex
        return (String(unicodeScalars[..<end]), String(unicodeScalars[end...]).withoutOuterSpace)
    }
}
