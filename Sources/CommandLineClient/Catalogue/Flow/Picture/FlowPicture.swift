// SPDX-License-Identifier: Apache-2.0

import Model

/// A flow drawn with letters: boxes in layers, lines with their conditions between them.
struct FlowPicture {
    private let boxes: [Box]
    private let flow: FlowLayers
    private let ports: Ports
    private let columns: [Int]
    private var canvas = Canvas()
    /// The number of the last net drawn; lines of one net join where they meet.
    private var net = 0

    /// The picture of a flow, line by line.
    static func lines(_ graph: FlowGraph, _ language: Language) -> [String] {
        var picture = FlowPicture(graph, language)
        picture.draw()
        return picture.canvas.lines
    }

    private init(_ graph: FlowGraph, _ language: Language) {
        let buses = Bus.all(of: graph)
        boxes = graph.nodes.enumerated().map { number, node in
            let inner = node.inner.map { [""] + FlowPicture.lines($0, language) } ?? []
            let entering = buses.count { $0.targets.contains(number) } * Ports.enteringDistance
            let leaving = buses.count { $0.sources.contains { $0.node == number } } * Ports.leavingDistance
            return Box([node.name] + node.details(language) + inner, leastWidth: max(entering, leaving) + 4)
        }
        var flow = FlowLayers(graph, buses)
        flow.layers = LayerOrder.ordered(flow)
        self.flow = flow
        ports = Ports(flow)
        columns = Self.columns(flow, ports, boxes)
    }

    private static func columns(_ flow: FlowLayers, _ ports: Ports, _ boxes: [Box]) -> [Int] {
        let extents = flow.items.enumerated().map { item, kind -> LayerPlaces.Extent in
            guard case .node(let node) = kind else { return LayerPlaces.Extent(left: 0, right: 0) }
            let labels = ports.all(leaving: item).map { $0.offset + 1 + $0.condition.label.count }.max() ?? 0
            return LayerPlaces.Extent(
                left: boxes[node].middle, right: max(boxes[node].width - boxes[node].middle - 1, labels))
        }
        let lines = flow.stretches.joined().flatMap { stretch in
            stretch.sources.flatMap { source in
                stretch.targets.map { target in
                    LayerPlaces.Line(
                        from: source.item, to: target,
                        offset: ports.leaving(source.item, stretch.bus) - ports.entering(target, stretch.bus))
                }
            }
        }
        return LayerPlaces.columns(flow.layers, extents, lines)
    }
}

// MARK: Drawing

extension FlowPicture {
    private mutating func draw() {
        var row = 0
        for layer in flow.layers.indices {
            let height = flow.layers[layer].map { boxes.height(of: flow.items[$0]) }.max() ?? 0
            for item in flow.layers[layer] { draw(item, row, height) }
            row += height + drawLines(below: layer, row + height)
        }
    }

    private mutating func draw(_ item: Int, _ row: Int, _ height: Int) {
        let column = columns[item]
        net += 1
        guard case .node(let node) = flow.items[item] else {
            return canvas.drop(net, column: column, from: row, to: row + height - 1)
        }
        let box = boxes[node]
        for (offset, line) in box.lines.enumerated() { canvas.write(line, row + offset, column - box.middle) }
        for port in ports.all(leaving: item) {
            canvas.write("┬", row + box.lines.count - 1, column + port.offset)
            canvas.drop(net, column: column + port.offset, from: row + box.lines.count, to: row + height - 1)
        }
    }

    /// Draws the lines from one layer to the next and returns how many rows they take.
    private mutating func drawLines(below layer: Int, _ row: Int) -> Int {
        let stretches = flow.stretches[layer]
        guard !stretches.isEmpty else { return 0 }
        let channel = Channel(
            stretches.map { stretch in
                Channel.Net(
                    sources: stretch.sources.map { columns[$0.item] + ports.leaving($0.item, stretch.bus) },
                    targets: stretch.targets.map { columns[$0] + ports.entering($0, stretch.bus) })
            })
        let height = channel.trackCount + 2
        for net in channel.nets { draw(net, of: channel, row, height) }
        for stretch in stretches { drawMarks(stretch, row, height) }
        return height
    }

    private mutating func draw(_ net: Channel.Net, of channel: Channel, _ row: Int, _ height: Int) {
        self.net += 1
        let number = self.net
        guard let track = net.track else {
            return canvas.drop(number, column: net.sources[0], from: row, to: row + height - 1)
        }
        for source in net.sources {
            let top = net.feeders[source].flatMap { channel.nets[$0].track }.map { row + 2 + $0 } ?? row
            canvas.drop(number, column: source, from: top, to: row + track)
        }
        canvas.run(number, row: row + 1 + track, net.span, up: net.sources, down: net.targets)
        guard net.feeds == nil else { return }
        for target in net.targets { canvas.drop(number, column: target, from: row + 2 + track, to: row + height - 1) }
    }

    /// The conditions where lines begin, and the arrows where they end.
    private mutating func drawMarks(_ stretch: FlowLayers.Stretch, _ row: Int, _ height: Int) {
        for source in stretch.sources {
            guard let condition = source.condition else { continue }
            canvas.write(condition.label, row, columns[source.item] + ports.leaving(source.item, stretch.bus) + 2)
        }
        for target in stretch.targets {
            guard case .node = flow.items[target] else { continue }
            canvas.write("▼", row + height - 1, columns[target] + ports.entering(target, stretch.bus))
        }
    }
}
