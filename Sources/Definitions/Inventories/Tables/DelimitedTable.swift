// SPDX-License-Identifier: Apache-2.0

import Model

/// Rows of cells parted by commas, tabs or semicolons; cells in double quotes may hold anything, `""` is a quote in them.
struct DelimitedTable {
    /// One row, and the line it begins in.
    struct Row {
        var cells: [String]
        var line: Int
    }

    private(set) var rows: [Row] = []

    /// Reads a text; the part of the first line that is most frequent among comma, tab and semicolon parts the cells.
    init(_ source: SourceText, _ problems: inout Problems) {
        let bytes = Array(source.text.utf8)
        let head = bytes.prefix { $0 != newline }
        let counts = [comma, tab, semicolon].map { mark in head.count { $0 == mark } }
        let separator = counts[1] > 0 ? tab : counts[2] > counts[0] ? semicolon : comma
        read(bytes, separator, source, &problems)
    }

    private mutating func read(_ bytes: [UInt8], _ separator: UInt8, _ source: SourceText, _ problems: inout Problems) {
        var cell: [UInt8] = []
        var row = Row(cells: [], line: 1)
        var line = 1
        var quotedSince: Int?
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let following = position + 1 < bytes.count ? bytes[position + 1] : nil
            position += 1
            if byte == newline { line += 1 }
            if quotedSince != nil {
                if byte == quote && following == quote {
                    position += 1
                } else if byte == quote {
                    quotedSince = nil; continue
                }
                cell.append(byte)
            } else if byte == quote && cell.isEmpty {
                quotedSince = line
            } else if byte == separator || byte == newline {
                row.cells.append(String(decoding: cell, as: UTF8.self).trimmed)
                cell.removeAll(keepingCapacity: true)
                if byte == newline { finish(&row, nextLine: line) }
            } else {
                cell.append(byte)
            }
        }
        if let line = quotedSince {
            problems.add("a quoted cell that begins here is never closed", at: source.place(line, 1))
        }
        row.cells.append(String(decoding: cell, as: UTF8.self).trimmed)
        finish(&row, nextLine: line)
    }

    /// Keeps a row unless all its cells are empty, as spreadsheets leave many.
    private mutating func finish(_ row: inout Row, nextLine: Int) {
        if row.cells.contains(where: { !$0.isEmpty }) { rows.append(row) }
        row = Row(cells: [], line: nextLine)
    }
}

private let comma = UInt8(ascii: ",")
private let tab = UInt8(ascii: "\t")
private let semicolon = UInt8(ascii: ";")
private let quote = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
