// SPDX-License-Identifier: Apache-2.0

import Model

/// A flow in the language of Graphviz.
struct DotText: Sendable {
    let graph: FlowGraph
    let title: String
    let language: Language

    var text: String {
        let head = [
            "digraph \(quoted(title)) {",
            "  graph [label=\(quoted(title)), labelloc=t, fontname=\"sans-serif\", compound=true];",
            "  node [shape=box, style=rounded, fontname=\"sans-serif\"];",
            "  edge [fontname=\"sans-serif\", fontsize=10];",
        ]
        return (head + body(graph, indent: "  ") + ["}"]).joined(separator: "\n") + "\n"
    }

    private func body(_ graph: FlowGraph, indent: String) -> [String] {
        graph.nodes.flatMap { node($0, indent) } + graph.edges.map { indent + edge($0, graph) }
    }

    private func node(_ node: FlowGraph.Node, _ indent: String) -> [String] {
        let label = ([node.name] + node.details(language)).joined(separator: "\n")
        guard let inner = node.inner else {
            let bold = node.step.effect == .change ? ", penwidth=2" : ""
            return ["\(indent)\(quoted(node.path.rawValue)) [label=\(quoted(label))\(bold)];"]
        }
        return ["\(indent)subgraph \(quoted("cluster_" + node.path.rawValue)) {", "\(indent)  label=\(quoted(label));"]
            + body(inner, indent: indent + "  ") + ["\(indent)}"]
    }

    /// An opened call is a frame: links go from and to a node in it and are cut off at the frame.
    private func edge(_ edge: FlowGraph.Edge, _ graph: FlowGraph) -> String {
        let from = graph.nodes[edge.from]
        let to = graph.nodes[edge.to]
        var marks = ["label=\(quoted(edge.condition.label))"]
        switch edge.condition {
        case .ok: break
        case .error: marks += ["color=red", "fontcolor=red", "style=dashed"]
        case .all: marks += ["style=dotted"]
        }
        if from.inner != nil { marks.append("ltail=\(quoted("cluster_" + from.path.rawValue))") }
        if to.inner != nil { marks.append("lhead=\(quoted("cluster_" + to.path.rawValue))") }
        return "\(quoted(from.last.rawValue)) -> \(quoted(to.first.rawValue)) [\(marks.joined(separator: ", "))];"
    }

    /// A text between quotation marks; a backslash is escaped so that it is none of Graphviz's own signs.
    private func quoted(_ text: String) -> String {
        "\"" + text.replacingScalars(["\\": "\\\\", "\"": "\\\"", "\n": "\\n"]) + "\""
    }
}

extension FlowGraph.Node {
    fileprivate var first: StepPath { inner?.nodes.first?.first ?? path }
    fileprivate var last: StepPath { inner?.nodes.last?.last ?? path }
}
