// SPDX-License-Identifier: Apache-2.0

import Model

/// A flow in the language of Mermaid, which many wikis and code hosts draw.
struct MermaidText: Sendable {
    let graph: FlowGraph
    let title: String
    let language: Language

    var text: String {
        (["---", "title: \(yaml(title))", "---", "flowchart TD"] + body(graph, id: "n", indent: "  ")).joined(
            separator: "\n") + "\n"
    }

    /// Ids are numbers: a task may be called `end`, which Mermaid takes for its own word.
    private func body(_ graph: FlowGraph, id: String, indent: String) -> [String] {
        let nodes = graph.nodes.enumerated().flatMap { node($1, id: "\(id)\($0)", indent) }
        let edges = graph.edges.map { edge in
            let arrow = edge.condition == .ok ? "-->" : "-.->"
            return "\(indent)\(id)\(edge.from) \(arrow)|\(edge.condition.label)| \(id)\(edge.to)"
        }
        return nodes + edges
    }

    private func node(_ node: FlowGraph.Node, id: String, _ indent: String) -> [String] {
        let label = ([node.name] + node.details(language)).map(escaped).joined(separator: "<br>")
        guard let inner = node.inner else { return ["\(indent)\(id)[\"\(label)\"]"] }
        return ["\(indent)subgraph \(id)[\"\(label)\"]"] + body(inner, id: id + "_", indent: indent + "  ") + [
            "\(indent)end"
        ]
    }

    /// Signs that Mermaid or the page around it would read, as entities.
    private func escaped(_ text: String) -> String {
        text.replacingScalars([
            "\"": "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "#": "#35;", "`": "#96;", "\n": " ",
        ])
    }

    private func yaml(_ text: String) -> String {
        "\"" + text.replacingScalars(["\\": "\\\\", "\"": "\\\"", "\n": " "]) + "\""
    }
}
