// SPDX-License-Identifier: Apache-2.0

/// Lines of text with a frame around them.
struct Box: Sendable {
    /// Boxes look better when short names have them as wide as long ones.
    private static let usualWidth = 20

    let width: Int
    let lines: [String]

    init(_ content: [String], leastWidth: Int = 0) {
        let content = content.map(\.printable)
        let inside = max(max(leastWidth, Self.usualWidth) - 4, content.map(Table.width).max() ?? 0)
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
