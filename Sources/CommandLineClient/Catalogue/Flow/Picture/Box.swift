// SPDX-License-Identifier: Apache-2.0

/// Lines of text with a frame around them.
struct Box: Sendable {
    /// Wide enough for two ports with their conditions.
    private static let leastWidth = 20

    let width: Int
    let lines: [String]

    init(_ content: [String]) {
        let inside = max(Self.leastWidth - 4, content.map(Table.width).max() ?? 0)
        width = inside + 4
        let edge = String(repeating: "─", count: inside + 2)
        lines =
            ["┌\(edge)┐"]
            + content.map { "│ " + $0 + String(repeating: " ", count: inside - Table.width($0)) + " │" } + ["└\(edge)┘"]
    }

    /// The column that links come in at.
    var middle: Int { width / 2 }
}

extension [Box] {
    /// The rows an item takes.
    func height(of item: FlowLayers.Item) -> Int {
        switch item {
        case .node(let node): self[node].lines.count
        case .bend: 1
        }
    }
}
