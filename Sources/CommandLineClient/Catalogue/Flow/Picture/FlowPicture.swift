// SPDX-License-Identifier: Apache-2.0

import Model

/// A flow drawn with letters: boxes in layers, lines with their conditions between them.
struct FlowPicture {
    private let graph: FlowGraph
    private let boxes: [Box]
    private let flow: FlowLayers
    private var canvas = Canvas()
    private var columns: [Int] = []
    /// Where each condition's links leave a node, beside its middle.
    private var ports: [[LinkCondition: Int]] = []
    private var nets = 0

    /// The picture of a flow, line by line.
    static func lines(_ graph: FlowGraph, _ language: Language) -> [String] {
        var picture = FlowPicture(graph, language)
        picture.draw()
        return picture.canvas.lines
    }

    private init(_ graph: FlowGraph, _ language: Language) {
        self.graph = graph
        boxes = graph.nodes.map { node in
            let inner = node.inner.map { [""] + FlowPicture.lines($0, language) } ?? []
            return Box([node.name] + node.details(language) + inner)
        }
        var flow = FlowLayers(
            count: graph.nodes.count,
            links: graph.edges.map { ($0.from, LinkCondition.allCases.firstIndex(of: $0.condition) ?? 0, $0.to) })
        flow.layers = LayerOrder.ordered(flow)
        self.flow = flow
    }

    private mutating func draw() {
        ports = portOffsets()
        columns = LayerPlaces.columns(
            flow.layers, flow.items.indices.map(extent), flow.segments.sorted(by: inOrder).map(line))
        var row = 0
        for layer in flow.layers.indices {
            let height = flow.layers[layer].map { boxes.height(of: flow.items[$0]) }.max() ?? 0
            for item in flow.layers[layer] { draw(item, row, height) }
            row += height
            if layer + 1 < flow.layers.count { row += drawLines(below: layer, row) }
        }
    }
}

// MARK: Sizes

extension FlowPicture {
    /// The columns between two ports: room for a line and its condition.
    private static let portDistance = 8

    private func condition(_ port: FlowLayers.Port) -> LinkCondition { LinkCondition.allCases[port] }

    private func inOrder(_ one: FlowLayers.Segment, _ other: FlowLayers.Segment) -> Bool {
        (one.from, one.to, one.port ?? -1) < (other.from, other.to, other.port ?? -1)
    }

    /// Ports stand in the order of what they lead to, so that lines of one node do not cross.
    private func portOffsets() -> [[LinkCondition: Int]] {
        var places = [Int](repeating: 0, count: flow.items.count)
        for layer in flow.layers { for (position, item) in layer.enumerated() { places[item] = position } }
        var found = [[LinkCondition: [Int]]](repeating: [:], count: flow.items.count)
        for segment in flow.segments {
            guard let port = segment.port else { continue }
            found[segment.from][condition(port), default: []].append(places[segment.to])
        }
        return found.map { ports in
            let order = ports.sorted { (mean($0.value), $0.key.rank) < (mean($1.value), $1.key.rank) }.map(\.key)
            let first = -(order.count - 1) * Self.portDistance / 2
            return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, first + $0 * Self.portDistance) })
        }
    }

    private func mean(_ numbers: [Int]) -> Double { Double(numbers.reduce(0, +)) / Double(max(1, numbers.count)) }

    private func extent(_ item: Int) -> LayerPlaces.Extent {
        guard case .node(let node) = flow.items[item] else { return LayerPlaces.Extent(left: 0, right: 0) }
        let box = boxes[node]
        let labels = ports[item].map { $1 + 1 + $0.label.count }.max() ?? 0
        return LayerPlaces.Extent(left: box.middle, right: max(box.width - box.middle - 1, labels))
    }

    private func line(_ segment: FlowLayers.Segment) -> LayerPlaces.Line {
        LayerPlaces.Line(from: segment.from, offset: offset(segment), to: segment.to)
    }

    private func offset(_ segment: FlowLayers.Segment) -> Int {
        segment.port.flatMap { ports[segment.from][condition($0)] } ?? 0
    }
}

// MARK: Drawing

extension FlowPicture {
    private mutating func draw(_ item: Int, _ row: Int, _ height: Int) {
        let column = columns[item]
        guard case .node(let node) = flow.items[item] else {
            nets += 1
            return canvas.drop(nets, column: column, from: row, to: row + height - 1)
        }
        let box = boxes[node]
        for (offset, line) in box.lines.enumerated() { canvas.write(line, row + offset, column - box.middle) }
        for offset in ports[item].values {
            canvas.write("┬", row + box.lines.count - 1, column + offset)
            nets += 1
            canvas.drop(nets, column: column + offset, from: row + box.lines.count, to: row + height - 1)
        }
    }

    /// Draws the lines from one layer to the next and returns how many rows they take.
    private mutating func drawLines(below layer: Int, _ row: Int) -> Int {
        let items = Set(flow.layers[layer])
        let segments = flow.segments.filter { items.contains($0.from) }.sorted(by: inOrder)
        var lines: [[Int]: Set<Int>] = [:]
        for segment in segments {
            lines[[segment.from, segment.port ?? -1, columns[segment.from] + offset(segment)], default: []]
                .insert(columns[segment.to])
        }
        let channel = Channel(lines.map { ($0.key[2], $0.value) })
        let height = channel.trackCount + 2
        for net in channel.nets { draw(net, of: channel, row, height) }
        drawLabels(segments, row)
        drawArrows(segments, row + height - 1)
        return height
    }

    private mutating func draw(_ net: Channel.Net, of channel: Channel, _ row: Int, _ height: Int) {
        nets += 1
        guard let track = net.track else {
            return canvas.drop(nets, column: net.sources[0], from: row, to: row + height - 1)
        }
        for source in net.sources {
            let top = net.feeders[source].flatMap { channel.nets[$0].track }.map { row + 2 + $0 } ?? row
            canvas.drop(nets, column: source, from: top, to: row + track)
        }
        canvas.run(nets, row: row + 1 + track, net.span, up: net.sources, down: net.targets)
        guard net.feeds == nil else { return }
        for target in net.targets { canvas.drop(nets, column: target, from: row + 2 + track, to: row + height - 1) }
    }

    private mutating func drawLabels(_ segments: [FlowLayers.Segment], _ row: Int) {
        for segment in segments {
            guard let port = segment.port else { continue }
            canvas.write(condition(port).label, row, columns[segment.from] + offset(segment) + 2)
        }
    }

    private mutating func drawArrows(_ segments: [FlowLayers.Segment], _ row: Int) {
        for segment in segments {
            if case .node = flow.items[segment.to] { canvas.write("▼", row, columns[segment.to]) }
        }
    }
}

extension LinkCondition {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
