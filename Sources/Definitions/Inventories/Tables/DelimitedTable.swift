// SPDX-License-Identifier: Apache-2.0

import Model

/// Rows of cells parted by commas, tabs or semicolons; cells in double quotes may hold anything, `""` is a quote in them.
struct DelimitedTable {
    /// One row, and the line it begins in.
    struct Row {
        var cells: [String] = []
        var line: Int
    }

    private(set) var rows: [Row] = []
    private let bytes: [UInt8]
    private let separator: UInt8
    private var position = 0
    private var line = 1
    private var row = Row(line: 1)
    private var cell: [UInt8] = []

    /// Reads a text, parted by tabs if its first line holds one, else by the more frequent of comma and semicolon there.
    init(_ source: SourceText, _ problems: inout Problems) {
        bytes = Array(source.text.utf8)
        let first = bytes.prefix { $0 != newline }
        let named = Self.namedSeparator(first)
        separator = named ?? Self.separator(inFirstLine: first)
        if named != nil { passOver(first.count + 1) }
        while position < bytes.count {
            let byte = take()
            switch byte {
            case quote where cell.isEmpty: takeQuoted(source, &problems)
            case separator: endCell()
            case newline: endRow()
            default: cell.append(byte)
            }
        }
        endRow()
    }

    private static func separator(inFirstLine line: ArraySlice<UInt8>) -> UInt8 {
        if line.contains(tab) { return tab }
        return line.count { $0 == semicolon } > line.count { $0 == comma } ? semicolon : comma
    }

    /// The separator in `sep=;`, which Excel writes as a first line of its own; nil when the line is another.
    static func namedSeparator(_ line: some Collection<UInt8>) -> UInt8? {
        let line = line.filter { $0 != UInt8(ascii: "\r") }
        return line.count == 5 && line.starts(with: "sep=".utf8) ? line.last : nil
    }

    private mutating func passOver(_ count: Int) {
        position = min(count, bytes.count)
        line = 2
        row = Row(line: 2)
    }

    private mutating func take() -> UInt8 {
        let byte = bytes[position]
        position += 1
        if byte == newline { line += 1 }
        return byte
    }

    private mutating func takeQuoted(_ source: SourceText, _ problems: inout Problems) {
        let start = line
        while position < bytes.count {
            let byte = take()
            if byte == quote {
                guard position < bytes.count, bytes[position] == quote else { return }
                position += 1
            }
            cell.append(byte)
        }
        problems.add("a quoted cell that begins here is never closed", at: source.place(start, 1))
    }

    private mutating func endCell() {
        row.cells.append(String(decoding: cell, as: UTF8.self).trimmed)
        cell.removeAll(keepingCapacity: true)
    }

    /// Keeps a row unless all its cells are empty, as spreadsheets leave many.
    private mutating func endRow() {
        endCell()
        if row.cells.contains(where: { !$0.isEmpty }) { rows.append(row) }
        row = Row(line: line)
    }
}

private let comma = UInt8(ascii: ",")
private let tab = UInt8(ascii: "\t")
private let semicolon = UInt8(ascii: ";")
private let quote = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
