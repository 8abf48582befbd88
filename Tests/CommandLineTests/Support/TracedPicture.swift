// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineClient

/// A picture read back: which lines leave which box by which condition, and where a reader's finger comes out.
struct TracedPicture {
    struct Point: Hashable {
        let row: Int
        let column: Int
    }

    /// A line: the labels it begins with, and the boxes it ends at.
    struct Line: Hashable {
        let sources: Set<String>
        let targets: Set<String>
    }

    private let cells: [[Character]]
    private var boxes: [Point: String] = [:]

    init(_ lines: [String]) {
        cells = lines.map(Array.init)
        for row in cells.indices {
            for column in cells[row].indices where cells[row][column] == "┌" && cell(row + 1, column) == "│" {
                let text = cells[row + 1].dropFirst(column + 2).prefix { $0 != " " }
                let width = cells[row][column...].prefix { $0 != "┐" }.count
                // Only a box has a name beside its left edge.
                guard text.first?.isLetter ?? false, cell(row + 1, column + 1) == " " else { continue }
                for offset in 0...width { boxes[Point(row: row, column: column + offset)] = String(text) }
            }
        }
    }

    /// All lines of the picture.
    func lines() -> Set<Line> {
        var result: Set<Line> = []
        for row in cells.indices {
            for column in cells[row].indices where cells[row][column] == "┬" && isLabelled(row, column) {
                result.insert(follow(from: Point(row: row + 1, column: column)))
            }
        }
        return result
    }

    /// A port has a condition below it, at once or where its layer ends.
    private func isLabelled(_ row: Int, _ column: Int) -> Bool { label(below: Point(row: row, column: column)) != nil }

    private func label(below point: Point) -> String? {
        guard isLowerEdge(point) else { return nil }
        var row = point.row + 1
        while cell(row, column: point.column) == "│" {
            let text = String((cells[row].dropFirst(point.column + 1)).prefix(7))
            for word in ["OK", "ERROR", "ALL"] where text.hasPrefix(" " + word) { return word }
            row += 1
        }
        return nil
    }

    private func isLowerEdge(_ point: Point) -> Bool {
        let left = cells[point.row][..<point.column].lastIndex { $0 == "└" || $0 == "┌" }
        return left.map { cells[point.row][$0] == "└" } ?? false
    }

    /// A step of the finger: where it is, and which way it came.
    private struct Step: Hashable {
        let point: Point
        let way: Point
    }

    private func follow(from start: Point) -> Line {
        let down = Point(row: 1, column: 0)
        var seen: Set<Step> = []
        var waiting = [Step(point: start, way: down)]
        var sources: Set<String> = []
        var targets: Set<String> = []
        while let step = waiting.popLast() {
            guard seen.insert(step).inserted else { continue }
            let sign = cell(step.point.row, step.point.column)
            if sign == "▼" {
                targets.insert(boxes[Point(row: step.point.row + 1, column: step.point.column)] ?? "nowhere")
            } else if sign == "┬", isLowerEdge(step.point) {
                sources.insert(source(step.point))
            } else {
                waiting += next(after: step, over: sign)
            }
        }
        return Line(sources: sources.union([source(Point(row: start.row - 1, column: start.column))]), targets: targets)
    }

    private func next(after step: Step, over sign: Character) -> [Step] {
        // A line that only crosses is passed over.
        let ways = sign == "│" && step.way.row == 0 ? [step.way] : (Self.ways[sign] ?? []).map { Point(row: $0.0, column: $0.1) }
        return ways.map { way in
            Step(point: Point(row: step.point.row + way.row, column: step.point.column + way.column), way: way)
        }
    }

    private func source(_ port: Point) -> String {
        let left = cells[port.row][..<port.column].lastIndex(of: "└") ?? 0
        var row = port.row
        while cell(row, column: left) != "┌" || boxes[Point(row: row, column: left)] == nil { row -= 1 }
        return (boxes[Point(row: row, column: left)] ?? "") + " " + (label(below: port) ?? "")
    }

    private func cell(_ row: Int, _ column: Int) -> Character { cell(row, column: column) }

    private func cell(_ row: Int, column: Int) -> Character {
        cells.indices.contains(row) && cells[row].indices.contains(column) ? cells[row][column] : " "
    }

    private static let ways: [Character: [(Int, Int)]] = [
        "│": [(-1, 0), (1, 0)], "─": [(0, -1), (0, 1)], "┌": [(1, 0), (0, 1)], "┐": [(1, 0), (0, -1)], "└": [(-1, 0), (0, 1)],
        "┘": [(-1, 0), (0, -1)], "├": [(-1, 0), (1, 0), (0, 1)], "┤": [(-1, 0), (1, 0), (0, -1)],
        "┬": [(1, 0), (0, -1), (0, 1)], "┴": [(-1, 0), (0, -1), (0, 1)], "┼": [(-1, 0), (1, 0), (0, -1), (0, 1)],
    ]
}
