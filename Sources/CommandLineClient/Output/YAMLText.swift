// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes plain data (what JSON can hold) as YAML.
///
/// Every text that could be read as anything else is quoted as JSON quotes it, which YAML reads the same way.
enum YAMLText {
    static func text(of value: Any) -> String { lines(value).joined(separator: "\n") + "\n" }

    private static func lines(_ value: Any) -> [String] {
        switch value {
        case let map as [String: Any] where !map.isEmpty:
            map.sorted { $0.key < $1.key }.flatMap { under(scalar($0.key) + ":", $0.value) }
        case let list as [Any] where !list.isEmpty: list.flatMap { item($0) }
        default: [scalar(value)]
        }
    }

    private static func under(_ head: String, _ value: Any) -> [String] {
        isNested(value) ? [head] + lines(value).map { "  " + $0 } : [head + " " + scalar(value)]
    }

    private static func item(_ value: Any) -> [String] {
        let inner = lines(value)
        return ["- " + (inner.first ?? "")] + inner.dropFirst().map { "  " + $0 }
    }

    private static func isNested(_ value: Any) -> Bool {
        if let map = value as? [String: Any] { return !map.isEmpty }
        if let list = value as? [Any] { return !list.isEmpty }
        return false
    }

    private static func scalar(_ value: Any) -> String {
        if let text = value as? String, isPlain(text) { return text }
        let data = try? JSONSerialization.data(
            withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self).spelledOut(long: true) } ?? "null"
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, first.isLetter, first.isASCII else { return false }
        let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./".contains($0)) }
            && !words.contains(text.lowercased())
    }
}
