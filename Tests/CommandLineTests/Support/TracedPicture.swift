// SPDX-License-Identifier: Apache-2.0

@testable import CommandLineClient

/// A picture read back: which lines leave which box by which condition, and where a reader's finger comes out.
struct TracedPicture {
    struct Point: Hashable {
        let row: Int
        let column: Int

        static func + (left: Point, right: Point) -> Point {
            Point(row: left.row + right.row, column: left.column + right.column)
        }
    }

    /// A line: the boxes and conditions it begins with, and the boxes it ends at.
    struct Line: Hashable {
        let sources: Set<String>
        let targets: Set<String>
    }

    private let cells: [[Character]]
    /// The names of boxes by the places of their upper edges.
    private var upperEdges: [Point: String] = [:]
    /// The names of boxes by the places of their lower edges.
    private var lowerEdges: [Point: String] = [:]

    init(_ lines: [String]) {
        cells = lines.map(Array.init)
        for row in cells.indices {
            for column in cells[row].indices where self[row, column] == "┌" { findBox(row, column) }
        }
    }

    private subscript(row: Int, column: Int) -> Character {
        cells.indices.contains(row) && cells[row].indices.contains(column) ? cells[row][column] : " "
    }

    private subscript(point: Point) -> Character { self[point.row, point.column] }

    /// A box has a name beside its left edge.
    private mutating func findBox(_ row: Int, _ column: Int) {
        guard self[row + 1, column] == "│", self[row + 1, column + 1] == " ", self[row + 1, column + 2] == "t" else {
            return
        }
        let name = String(cells[row + 1].dropFirst(column + 2).prefix { $0 != " " })
        var bottom = row + 1
        while self[bottom, column] == "│" { bottom += 1 }
        var right = column
        while self[row, right] != "┐" { right += 1 }
        for column in column...right {
            upperEdges[Point(row: row, column: column)] = name
            lowerEdges[Point(row: bottom, column: column)] = name
        }
    }

    /// All lines of the picture.
    func lines() -> Set<Line> { Set(lowerEdges.keys.filter { self[$0] == "┬" }.map(follow)) }

    /// A step of the finger: where it is, and which way it came.
    private struct Step: Hashable {
        let point: Point
        let way: Point
    }

    private static let down = Point(row: 1, column: 0)

    private func follow(from port: Point) -> Line {
        var seen: Set<Step> = []
        var waiting = [Step(point: port + Self.down, way: Self.down)]
        var sources: Set<String> = [source(port)]
        var targets: Set<String> = []
        while let step = waiting.popLast() {
            guard seen.insert(step).inserted else { continue }
            if self[step.point] == "▼" {
                targets.insert(upperEdges[step.point + Self.down] ?? "nowhere")
            } else if lowerEdges[step.point] != nil {
                sources.insert(source(step.point))
            } else {
                waiting += next(after: step)
            }
        }
        return Line(sources: sources, targets: targets)
    }

    private func next(after step: Step) -> [Step] {
        let sign = self[step.point]
        // A line that only crosses is passed over.
        let ways = sign == "│" && step.way.row == 0 ? [step.way] : Self.ways[sign] ?? []
        return ways.map { Step(point: step.point + $0, way: $0) }
    }

    private func source(_ port: Point) -> String {
        var row = port.row + 1
        while self[row, port.column] == "│" {
            let text = String(cells[row].dropFirst(port.column + 1).prefix(7))
            for word in ["OK", "ERROR", "ALL"] where text.hasPrefix(" " + word) {
                return "\(lowerEdges[port] ?? "") \(word)"
            }
            row += 1
        }
        return "\(lowerEdges[port] ?? "") without a condition"
    }

    private static let ways: [Character: [Point]] = [
        "│": [up, down], "─": [left, right], "┌": [down, right], "┐": [down, left], "└": [up, right], "┘": [up, left],
        "├": [up, down, right], "┤": [up, down, left], "┬": [down, left, right], "┴": [up, left, right],
        "┼": [up, down, left, right],
    ]
    private static let up = Point(row: -1, column: 0)
    private static let left = Point(row: 0, column: -1)
    private static let right = Point(row: 0, column: 1)
}
