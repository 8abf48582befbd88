// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model

/// What a command has to show of one thing: sections for people, one object for programs.
struct Sheet<Item: Encodable & Sendable>: Sendable {
    let item: Item
    /// What the name form prints.
    let name: String
    /// What people read; the wide form may show more.
    let sections: @Sendable (_ isWide: Bool) -> [SheetSection]

    /// The sheet in a form, with a newline at its end; what people read has its names and headings in a language.
    func text(_ format: OutputFormat, _ language: Language = .english) throws -> String {
        switch format {
        case .table: SheetSection.text(sections(false).map { $0.headed(language) })
        case .wide: SheetSection.text(sections(true).map { $0.headed(language) })
        case .csv: CSV.text([["field", "value"]] + (try FlatFields.rows(of: item)))
        case .name: name + "\n"
        case .json: try Encoding.json(item)
        case .jsonl: try Encoding.line(item)
        case .yaml: try Encoding.yaml(item)
        }
    }
}

/// One part of a sheet.
enum SheetSection: Sendable {
    case line(String)
    /// Names with their values; those without a value are not shown.
    case fields([(String, String)])
    /// A titled table; without rows it is not shown.
    case table(String, header: [String], rows: [[String]])
    /// A titled text that is shown as it is.
    case text(String, String)

    /// Sections with an empty line between them.
    static func text(_ sections: [SheetSection]) -> String {
        sections.map(\.lines).filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// The same with its names and headings in a language.
    fileprivate func headed(_ language: Language) -> SheetSection {
        func phrase(_ english: String) -> String { Phrases.text(english, language) }
        switch self {
        case .line: return self
        case .fields(let fields): return .fields(fields.map { (phrase($0.0), $0.1) })
        case .table(let title, let header, let rows):
            return .table(phrase(title), header: header.map { phrase($0) }, rows: rows)
        case .text(let title, let text): return .text(phrase(title), text)
        }
    }

    private var lines: [String] {
        switch self {
        case .line(let text):
            return text.isEmpty ? [] : text.split(whereSeparator: \.isNewline).map { String($0).printable }
        case .fields(let fields): return Table(rows: fields.filter { !$0.1.isEmpty }.map { [$0.0, $0.1] }).lines
        case .table(let title, let header, let rows):
            return rows.isEmpty ? [] : [title] + Table(header, rows).lines.map { "  " + $0 }
        case .text(let title, let text):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return [title] + lines.map { $0.isEmpty ? "" : "  " + String($0).printable }
        }
    }
}

/// An object as rows of `path,value`, so that a sheet can be a table of two columns; a list or an object without anything in it is a
/// row without a value.
private enum FlatFields {
    static func rows(of item: some Encodable) throws -> [[String]] {
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(item), options: .fragmentsAllowed)
        return rows(object, under: "")
    }

    private static func rows(_ value: Any, under path: String) -> [[String]] {
        func inner(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
        switch value {
        case let map as [String: Any] where map.isEmpty: return [[path, ""]]
        case let list as [Any] where list.isEmpty: return [[path, ""]]
        case is NSNull: return [[path, ""]]
        case let map as [String: Any]:
            return map.sorted { $0.key < $1.key }.flatMap { rows($0.value, under: inner($0.key)) }
        case let list as [Any]: return list.enumerated().flatMap { rows($1, under: inner(String($0))) }
        case let text as String: return [[path, text]]
        default: return [[path, (try? Encoding.scalar(value)) ?? ""]]
        }
    }
}
