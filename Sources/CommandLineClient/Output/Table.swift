// SPDX-License-Identifier: Apache-2.0

/// Columns with their cells under each other, two spaces apart.
struct Table {
    private let header: [String]
    private let rows: [[String]]

    init(_ header: [String], _ rows: [[String]]) {
        self.header = header
        self.rows = rows.map { $0.map(\.printable) }
    }

    /// Rows without a header.
    init(rows: [[String]]) {
        header = []
        self.rows = rows.map { $0.map(\.printable) }
    }

    var text: String { lines.map { $0 + "\n" }.joined() }

    /// The header, if there is one, and the rows.
    var lines: [String] {
        let all = (header.isEmpty ? [] : [header]) + rows
        let widths = (all.first ?? []).indices.map { column in all.map { Table.width($0[column]) }.max() ?? 0 }
        return all.map { line($0, widths) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            text += cell
            if index + 1 < cells.count { text += String(repeating: " ", count: widths[index] - Table.width(cell) + 2) }
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// How many places a text takes on a terminal: Korean and Japanese letters take two, colour codes none.
    static func width(_ text: String) -> Int {
        var width = 0
        var isCode = false
        for scalar in text.unicodeScalars {
            if scalar == "\u{1B}" { isCode = true }
            if isCode {
                isCode = scalar != "m"
                continue
            }
            width += Table.width(scalar)
        }
        return width
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
