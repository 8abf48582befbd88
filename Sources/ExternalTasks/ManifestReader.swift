// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// The version of the manifest and of the words on standard input and output.
let protocolVersion = 1

private let manifestKeys = [
    "protocol", "name", "summary", "runs", "program", "interpreter", "effect", "branches", "environment", "parameters",
    "outputs",
    "example",
]

/// Reads a manifest, and all that is wrong with it.
struct ManifestReader {
    /// The manifest; nil when anything is wrong.
    private(set) var manifest: Manifest?
    /// Where the program runs, what it is called and what reads it, as far as these could be read.
    private(set) var runs: Manifest.Place?
    private(set) var program: String?
    private(set) var interpreter: [String]?
    private var collector = Collector()

    /// What is wrong.
    var errors: [ParameterError] { collector.errors }

    init(_ document: Setting, folder: String) {
        guard case .map = document.content else {
            collector.errors = [ParameterError("", "must be a map, not \(document.kind)", at: document.place)]
            return
        }
        collector.errors = checkKeys(document, known: manifestKeys)
        read(ParameterValues(document, isFilled: true), folder: folder)
        let meant = meantKeys(document, known: manifestKeys)
        collector.errors.removeAll { meant.contains($0.path) && !document.entries.map(\.key).contains($0.path) }
    }

    private mutating func read(_ values: ParameterValues, folder: String) {
        _ = collector.take { () throws(ParameterError) in try checkProtocol(values) }
        let name = collector.take { () throws(ParameterError) in try readName(values, folder: folder) }
        let summary = collector.take { () throws(ParameterError) in
            try required(values.localized("summary"), "summary", values)
        }
        runs = collector.take { () throws(ParameterError) in try readChoice(values, "runs") }
        program = collector.take { () throws(ParameterError) in try readProgram(values) }
        interpreter = collector.take { () throws(ParameterError) in try values.texts("interpreter") }
            .flatMap { $0.isEmpty ? nil : $0 }
        let effect: Effect? = collector.take { () throws(ParameterError) in try readChoice(values, "effect") }
        let branches = collector.take { () throws(ParameterError) in try values.flag("branches", default: false) }
        let environment = collector.take { () throws(ParameterError) in try readEnvironment(values) }
        let outputs = entries(values, "outputs") { readOutput($0, at: $1) }
        let inputs = entries(values, "parameters") { readManifestInput($0, at: $1) }
        if errors.isEmpty, let name, let summary, let runs, let program, let effect, let branches, let environment {
            manifest = Manifest(
                name: name, summary: summary, runs: runs, program: program, interpreter: interpreter, effect: effect,
                branches: branches, environment: environment, inputs: inputs, outputs: outputs,
                example: values.setting("example") ?? Setting(.map([])))
        }
    }

    /// Reads the entries of a map, each by itself.
    private mutating func entries<Item>(
        _ values: ParameterValues, _ key: String, _ read: (Setting.Entry, String) -> (Item?, [ParameterError])
    ) -> [Item] {
        let entries = collector.take { () throws(ParameterError) in try values.entries(key) } ?? []
        return entries.compactMap { entry in
            let (item, errors) = read(entry, "\(key)/\(entry.key)")
            collector.errors += errors
            return item
        }
    }
}

private func checkProtocol(_ values: ParameterValues) throws(ParameterError) {
    guard try values.integer("protocol") == protocolVersion else {
        throw ParameterError(
            "protocol", "must be \(protocolVersion)", at: values.setting("protocol")?.place ?? values.settings.place)
    }
}

private func required<Value>(
    _ value: Value?, _ name: String, _ values: ParameterValues
) throws(ParameterError) -> Value {
    guard let value else { throw values.missing(name) }
    return value
}

/// One of an enumeration's words under a key that must be there.
private func readChoice<Choice: RawRepresentable<String> & CaseIterable>(
    _ values: ParameterValues, _ key: String
) throws(ParameterError) -> Choice {
    guard values.has(key), let first = Choice.allCases.first else { throw values.missing(key) }
    return try values.choice(key, default: first)
}

private func readOutput(_ entry: Setting.Entry, at path: String) -> (OutputSpec?, [ParameterError]) {
    let unknown = checkKeys(entry.value, known: ["type", "help"], at: path)
    guard unknown.isEmpty else { return (nil, unknown) }
    var collector = Collector()
    let output = collector.take { () throws(ParameterError) in
        try OutputSpec(reading: entry.key, entry.value, at: path)
    }
    return (output, collector.errors)
}

private func readName(_ values: ParameterValues, folder: String) throws(ParameterError) -> TaskTypeName {
    let name = try values.text("name")
    let isWord = name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
    guard isWord, name.first?.isLetter == true, name.utf8.count <= 64 else {
        throw ParameterError(
            "name", "must be letters and digits, not '\(excerpt(name))'", at: values.setting("name")?.place)
    }
    guard name == folder else {
        throw ParameterError(
            "name", "must be the folder's name, '\(excerpt(folder))'", at: values.setting("name")?.place)
    }
    return TaskTypeName(name)
}

/// Exactly one path component, so that it cannot lead out of the folder.
private func readProgram(_ values: ParameterValues) throws(ParameterError) -> String {
    let program = try values.text("program")
    guard !program.isEmpty, program != ".", program != "..", !program.utf8.contains(UInt8(ascii: "/")),
        !program.utf8.contains(0), !program.hasPrefix("-"), program.utf8.count <= 255
    else {
        throw ParameterError("program", "must be a file in this folder", at: values.setting("program")?.place)
    }
    return program
}

private func readEnvironment(_ values: ParameterValues) throws(ParameterError) -> [String] {
    let names = try values.texts("environment")
    for name in names {
        let isFine =
            name.utf8.allSatisfy {
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            } && name.first?.isNumber == false
        guard isFine, !name.hasPrefix("FIRSTLINE_"), !name.hasPrefix("LD_") else {
            throw ParameterError(
                "environment", "'\(excerpt(name))' cannot be kept; names are capital letters, digits and _",
                at: values.setting("environment")?.place)
        }
    }
    return names
}
