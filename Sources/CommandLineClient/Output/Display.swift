// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model

/// What a command has to show: rows for people, objects for programs.
///
/// One value serves every form of output.
struct Listing<Item: Encodable & Sendable>: Sendable {
    /// One column of a table.
    struct Column: Sendable {
        let title: String
        /// Whether only the wide form shows it.
        let isWide: Bool
        let text: @Sendable (Item) -> String

        init(_ title: String, wide: Bool = false, _ text: @escaping @Sendable (Item) -> String) {
            self.title = title
            isWide = wide
            self.text = text
        }
    }

    let columns: [Column]
    let items: [Item]
    /// What the name form prints of an item.
    let name: @Sendable (Item) -> String

    /// The listing in a form, each with a newline at its end; tables have their headings in a language.
    func text(_ format: OutputFormat, _ language: Language = .english) throws -> String {
        func headings(_ columns: [Column]) -> [String] { columns.map { Phrases.text($0.title, language) } }
        return switch format {
        case .table: Table(headings(columns.filter { !$0.isWide }), rows(wide: false)).text
        case .wide: Table(headings(columns), rows(wide: true)).text
        case .csv: CSV.text([columns.map(\.title)] + rows(wide: true))
        case .name: items.map { name($0) + "\n" }.joined()
        case .json: try Encoding.json(items)
        case .jsonl: try items.map { try Encoding.line($0) }.joined()
        case .yaml: try Encoding.yaml(items)
        }
    }

    /// The rows of the wide form, without a header.
    var cells: [[String]] { rows(wide: true) }

    private func rows(wide: Bool) -> [[String]] {
        items.map { item in columns.filter { wide || !$0.isWide }.map { $0.text(item) } }
    }
}

/// JSON and YAML with keys in one order.
enum Encoding {
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self).spelledOut + "\n"
    }

    /// One line of JSON.
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self).spelledOut + "\n"
    }

    /// A number, `true`, `false` or `null`, as JSON writes it.
    static func scalar(_ value: Any) throws -> String {
        let data = try JSONSerialization.data(
            withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    static func yaml(_ value: some Encodable) throws -> String {
        YAMLText.text(
            of: try JSONSerialization.jsonObject(with: JSONEncoder().encode(value), options: .fragmentsAllowed))
    }
}

/// Fields and records as RFC 4180 writes them.
///
/// A field that a spreadsheet would take for a formula begins with an apostrophe, as OWASP advises; JSON has it as it is.
enum CSV {
    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// Without the first record, whose fields have no line ends.
    static func withoutHeading(_ text: String) -> String {
        text.range(of: "\r\n").map { String(text[$0.upperBound...]) } ?? ""
    }

    private static func field(_ text: String) -> String {
        let text = isFormula(text) ? "'" + text : text
        guard text.unicodeScalars.contains(where: { [",", "\"", "\r", "\n"].contains($0) }) else { return text }
        return "\"" + text.replacingScalars(["\"": "\"\""]) + "\""
    }

    /// Whether a spreadsheet would compute it; a number is none, also with a sign.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.uncoloured.unicodeScalars.first, text.unicodeScalars.count > 1 else { return false }
        switch first {
        case "=", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠": return true
        case "+", "-": return Double(text) == nil
        default: return false
        }
    }
}
