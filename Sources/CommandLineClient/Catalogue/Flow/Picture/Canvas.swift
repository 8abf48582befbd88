// SPDX-License-Identifier: Apache-2.0

/// A drawing of letters and lines.
struct Canvas {
    /// The directions in which a line leaves a cell.
    struct Ways: OptionSet, Hashable {
        let rawValue: Int
        static let up = Ways(rawValue: 1)
        static let down = Ways(rawValue: 2)
        static let left = Ways(rawValue: 4)
        static let right = Ways(rawValue: 8)
        static let upright: Ways = [.up, .down]
        static let level: Ways = [.left, .right]
    }

    private struct Cell {
        /// What stands here; empty after a letter that takes two columns.
        var text: String?
        /// The lines through here, each of some net.
        var lines: [Int: Ways] = [:]
    }

    private var rows: [[Cell]] = []

    /// Writes a text.
    mutating func write(_ text: String, _ row: Int, _ column: Int) {
        var column = column
        for character in text {
            let width = Table.width(String(character))
            change(row, column) { $0.text = String(character) }
            for extra in 0..<max(0, width - 1) { change(row, column + 1 + extra) { $0.text = "" } }
            column += max(1, width)
        }
    }

    /// Draws a line of a net up or down; it ends in the middle of the last cells.
    mutating func drop(_ net: Int, column: Int, from top: Int, to bottom: Int) {
        guard top <= bottom else { return }
        for row in top...bottom { change(row, column) { $0.lines[net, default: []].formUnion(.upright) } }
    }

    /// Draws a line of a net along a row, with the ways it leaves to at some columns.
    mutating func run(_ net: Int, row: Int, _ columns: ClosedRange<Int>, up: [Int], down: [Int]) {
        for column in columns {
            var ways: Ways = []
            if column > columns.lowerBound { ways.insert(.left) }
            if column < columns.upperBound { ways.insert(.right) }
            if up.contains(column) { ways.insert(.up) }
            if down.contains(column) { ways.insert(.down) }
            change(row, column) { $0.lines[net, default: []].formUnion(ways) }
        }
    }

    private mutating func change(_ row: Int, _ column: Int, _ change: (inout Cell) -> Void) {
        while rows.count <= row { rows.append([]) }
        while rows[row].count <= column { rows[row].append(Cell()) }
        change(&rows[row][column])
    }

    /// The drawing, without spaces at the ends of its lines.
    var lines: [String] {
        rows.map { row in
            var line = row.map(Self.text).joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private static func text(_ cell: Cell) -> String {
        if let text = cell.text { return text }
        // One net that only goes down and another that only goes along have nothing to do with each other.
        if cell.lines.count > 1, cell.lines.values.contains(.upright), cell.lines.values.contains(.level) { return "│" }
        let ways = cell.lines.values.reduce(into: Ways()) { $0.formUnion($1) }
        return signs[ways] ?? " "
    }

    private static let signs: [Ways: String] = [
        .upright: "│", .level: "─", [.down, .right]: "┌", [.down, .left]: "┐", [.up, .right]: "└", [.up, .left]: "┘",
        [.up, .down, .right]: "├", [.up, .down, .left]: "┤", [.down, .left, .right]: "┬", [.up, .left, .right]: "┴",
        [.up, .down, .left, .right]: "┼", .up: "│", .down: "│", .left: "─", .right: "─",
    ]
}
