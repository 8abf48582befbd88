// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model

/// The tables that are read row by row.
enum StoredTable: String {
    case run, plan, step, block, action, hostKey, slot, scheduleMark, event, runCount

    /// How many columns of what is read of a row name it, from the first on.
    var keyLength: Int {
        switch self {
        case .plan: 0
        case .run, .block, .action, .slot, .scheduleMark, .event, .runCount: 1
        case .step, .hostKey: 3
        }
    }
}

/// A row's columns by place; a value of another kind or size than this version writes is an error, never a crash.
struct Columns {
    private let row: Row
    private let table: StoredTable

    init(_ row: Row, of table: StoredTable) {
        self.row = row
        self.table = table
    }

    func optionalInteger(_ place: Int) throws -> Int64? {
        switch value(place) {
        case .null: nil
        case .int64(let number): number
        default: throw unexpected(place)
        }
    }

    func optionalText(_ place: Int) throws -> String? {
        switch value(place) {
        case .null: nil
        case .string(let text): text
        default: throw unexpected(place)
        }
    }

    func data(_ place: Int) throws -> Data {
        guard case .blob(let data) = value(place) else { throw unexpected(place) }
        return data
    }

    /// A number that can be calculated with; what a program counts is far below the end of the range.
    func integer(_ place: Int, in range: ClosedRange<Int> = 0...1 << 60) throws -> Int {
        guard let number = try optionalInteger(place), range.contains(Int(number)) else { throw unexpected(place) }
        return Int(number)
    }

    func text(_ place: Int) throws -> String {
        guard let text = try optionalText(place) else { throw unexpected(place) }
        return text
    }

    func instant(_ place: Int) throws -> Instant {
        guard let instant = try optionalInstant(place) else { throw unexpected(place) }
        return instant
    }

    func optionalInstant(_ place: Int) throws -> Instant? {
        guard let number = try optionalInteger(place) else { return nil }
        guard let instant = Instant(sensible: number) else { throw unexpected(place) }
        return instant
    }

    /// A value that is kept as its place in a list.
    func coded<Value>(_ place: Int, by list: [Value]) throws -> Value {
        list[try integer(place, in: 0...list.count - 1)]
    }

    /// A value that is kept by its name.
    func named<Value: RawRepresentable<String>>(_ place: Int) throws -> Value {
        guard let value = Value(rawValue: try text(place)) else { throw unexpected(place) }
        return value
    }

    /// A value that is kept as JSON; nil for NULL.
    func decoded<Value: Decodable>(_ place: Int, by decoder: JSONDecoder = JSONDecoder()) throws -> Value? {
        guard let text = try optionalText(place) else { return nil }
        do {
            return try decoder.decode(Value.self, from: Data(text.utf8))
        } catch {
            throw unexpected(place)
        }
    }

    func optionalSentence(_ place: Int) throws -> Sentence? {
        guard let text = try optionalText(place) else { return nil }
        do {
            return try Sentence(columnText: text)
        } catch {
            throw unexpected(place)
        }
    }

    func sentence(_ place: Int) throws -> Sentence {
        guard let sentence = try optionalSentence(place) else { throw unexpected(place) }
        return sentence
    }

    /// The same where rows before it may have had it.
    func sentence(_ place: Int, _ texts: inout SentenceTexts) throws -> Sentence {
        let text = try text(place)
        do {
            return try texts.sentence(of: text)
        } catch {
            throw unexpected(place)
        }
    }

    /// Bytes that are kept compressed, from two columns.
    func compressed(length: Int, bytes: Int) throws -> [UInt8] {
        do {
            return try CompressedBytes(length: try integer(length), data: try data(bytes)).bytes()
        } catch is DamagedBytes {
            throw unexpected(bytes)
        }
    }

    private func value(_ place: Int) -> DatabaseValue.Storage { (row[place] as DatabaseValue).storage }

    private func unexpected(_ place: Int) -> UnreadableRow {
        let names = Array(row.columnNames)
        let key = (0..<min(table.keyLength, names.count)).map { "\(names[$0]) \(row[$0] as DatabaseValue)" }
        let which = key.isEmpty ? "a row" : "the row with \(key.joined(separator: ", "))"
        return UnreadableRow(
            description: "\(which) of table \(table.rawValue) has no valid value in column \(names[place])")
    }
}
