// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model

/// A row's columns by place; a value of another kind than expected is an error, never a crash.
struct Columns {
    private let row: Row

    init(_ row: Row) { self.row = row }

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

    func integer(_ place: Int) throws -> Int {
        guard let number = try optionalInteger(place) else { throw unexpected(place) }
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
        try optionalInteger(place).map(Instant.init(microseconds:))
    }

    /// A value that is kept as its place in a list.
    func coded<Value>(_ place: Int, by list: [Value]) throws -> Value {
        let number = try integer(place)
        guard list.indices.contains(number) else { throw unexpected(place) }
        return list[number]
    }

    private func value(_ place: Int) -> DatabaseValue.Storage { (row[place] as DatabaseValue).storage }

    private func unexpected(_ place: Int) -> UnreadableRow {
        UnreadableRow(description: "unexpected value in column \(Array(row.columnNames)[place])")
    }
}
