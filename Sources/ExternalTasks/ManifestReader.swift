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

extension Manifest {
    /// Reads a manifest; the error names the first thing wrong.
    init(_ document: Setting, folder: String) throws(ParameterError) {
        guard case .map = document.content else { throw ParameterError("", "must be a map, not \(document.kind)") }
        if let error = checkKeys(document, known: manifestKeys).first { throw error }
        let values = ParameterValues(document, isFilled: true)
        guard try values.integer("protocol") == protocolVersion else {
            throw ParameterError(
                "protocol", "must be \(protocolVersion)", at: document["protocol"]?.place ?? document.place)
        }
        name = try readName(values, folder: folder)
        guard let summary = try values.localized("summary") else { throw values.missing("summary") }
        self.summary = summary
        guard values.has("runs") else { throw values.missing("runs") }
        runs = try values.choice("runs", default: Place.host)
        program = try readProgram(values)
        let words = try values.texts("interpreter")
        interpreter = words.isEmpty ? nil : words
        guard values.has("effect") else { throw values.missing("effect") }
        effect = try values.choice("effect", default: Effect.change)
        branches = try values.flag("branches", default: false)
        environment = try readEnvironment(values)
        outputs = try readEntries(values, "outputs") { (entry, path) throws(ParameterError) -> OutputSpec in
            try OutputSpec(reading: entry.key, entry.value, at: path)
        }
        inputs = try readEntries(values, "parameters") { (entry, path) throws(ParameterError) -> Input in
            try Input(entry, at: path)
        }
        example = values.setting("example") ?? Setting(.map([]))
    }
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

private func readEntries<Item>(
    _ values: ParameterValues, _ key: String,
    _ read: (Setting.Entry, String) throws(ParameterError) -> Item
) throws(ParameterError) -> [Item] {
    guard let setting = values.setting(key), setting.content != .empty else { return [] }
    guard case .map(let entries) = setting.content else {
        throw ParameterError(key, "must be a map, not \(setting.kind)", at: setting.place)
    }
    var result: [Item] = []
    for entry in entries { result.append(try read(entry, "\(key)/\(entry.key)")) }
    return result
}
