// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// Something the program hands over: written to the file named by `FIRSTLINE_OUTPUT`, or found in what it writes.
struct DeclaredOutput: Sendable {
    /// Where in its words a value is found.
    struct Source: Sendable {
        let stream: OutputStream
        /// Nil while its value is still to come.
        let pattern: Pattern?
    }

    /// Its name and kind.
    let spec: OutputSpec
    /// Where it is found; nil = in the file.
    let source: Source?
    /// Where it is written.
    let place: Place?

    /// Reads the map under `outputs`.
    static func read(_ values: ParameterValues) throws(ParameterError) -> [DeclaredOutput] {
        guard let setting = values.setting("outputs"), setting.content != .empty else { return [] }
        guard case .map(let entries) = setting.content else {
            throw ParameterError("outputs", "must be a map, not \(setting.kind)", at: setting.place)
        }
        var result: [DeclaredOutput] = []
        for entry in entries {
            result.append(try DeclaredOutput(entry, isFilled: values.isFilled))
        }
        return result
    }

    private init(_ entry: Setting.Entry, isFilled: Bool) throws(ParameterError) {
        let path = "outputs/" + entry.key
        place = entry.place
        spec = try OutputSpec(reading: entry.key, entry.value, at: path, beside: ["from", "pattern"])
        do throws(ParameterError) {
            source = try readSource(ParameterValues(entry.value, isFilled: isFilled))
        } catch {
            throw ParameterError("\(path)/\(error.path)", error.message, at: error.place ?? entry.place)
        }
    }
}

private enum From: String, CaseIterable {
    case file, stdout, stderr
}

private func readSource(_ values: ParameterValues) throws(ParameterError) -> DeclaredOutput.Source? {
    let pattern = try readPattern(values, "pattern")
    let from = try values.choice("from", default: values.has("pattern") ? From.stdout : .file)
    if from == .file {
        guard !values.has("pattern") else {
            throw ParameterError("pattern", "is for stdout and stderr", at: values.setting("pattern")?.place)
        }
        return nil
    }
    guard values.has("pattern") else { throw values.missing("pattern") }
    return DeclaredOutput.Source(stream: from == .stdout ? .standardOutput : .standardError, pattern: pattern)
}
