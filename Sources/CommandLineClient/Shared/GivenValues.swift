// SPDX-License-Identifier: Apache-2.0

import Definitions
import Model

/// The values given to a job, as they were written; of two for one parameter the later counts, and `-e` counts more than a
/// file of `--vars-from`.
///
/// What stands after `name=` is always the value itself, also when it begins with `@`: only `-e @file` reads a file.
func givenValues(_ options: ValueOptions) throws -> [String: Setting] {
    var values: [String: Setting] = [:]
    if let file = options.varsFrom { try readValues(from: file, into: &values) }
    for text in options.values {
        if text.hasPrefix("@") {
            try readValues(from: String(text.dropFirst()), into: &values)
        } else {
            let (name, value) = try pair(text)
            values[name] = Setting(.scalar(value, quoted: true))
        }
    }
    return values
}

private func pair(_ text: String) throws -> (name: String, value: String) {
    // By code points: a value may begin with a mark that joins the sign before it.
    let scalars = text.unicodeScalars
    guard let equals = scalars.firstIndex(of: "="), equals != scalars.startIndex else {
        // The text is not repeated: it may be a secret that was meant for somewhere else.
        throw CommandFailure(.usage, "-e needs name=value, or @file.yaml with several values")
    }
    return (String(scalars[..<equals]), String(scalars[scalars.index(after: equals)...]))
}

private func readValues(from file: String, into values: inout [String: Setting]) throws {
    let name = file == "-" ? "standard input" : file
    let (document, problems) = YAMLReader().read(try content(of: file), file: name)
    if problems.hasErrors { throw CommandFailure(problems) }
    guard let document, document.content != .empty else { return }
    guard case .map(let entries) = document.content else {
        throw CommandFailure(
            Problems("values must be a map of names to values, not \(document.kind)", at: document.place))
    }
    for entry in entries { values[entry.key] = entry.value }
}

/// The bytes of a file, or of standard input where the file is `-`.
///
/// `limit` is the most bytes that are read.
func content(of file: String, limit: Int = 10_000_000) throws -> [UInt8] {
    do throws(FileFailure) {
        return file == "-" ? try Files.readStandardInput(limit: limit) : try Files.read(file, limit: limit)
    } catch {
        throw CommandFailure(.usage, "\(file == "-" ? "standard input" : file) \(error.message)")
    }
}
