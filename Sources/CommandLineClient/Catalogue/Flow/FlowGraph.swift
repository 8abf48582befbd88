// SPDX-License-Identifier: Apache-2.0

import Model

/// A job's flow as a graph: what every form of picture is drawn from.
struct FlowGraph: Sendable {
    struct Node: Sendable {
        let path: StepPath
        let step: FlowStep
        /// The flow of the job it calls, where that is opened.
        let inner: FlowGraph?
    }

    /// A link, by positions of nodes.
    struct Edge: Hashable, Sendable {
        let from: Int
        let to: Int
        let condition: LinkCondition
    }

    let nodes: [Node]
    let edges: [Edge]

    init(_ trees: [FlowTree], opensCalls: Bool) {
        let positions = Dictionary(
            trees.enumerated().map { ($1.step.task.name, $0) }, uniquingKeysWith: { first, _ in first })
        nodes = trees.map { tree in
            let inner = opensCalls && !tree.inner.isEmpty ? FlowGraph(tree.inner, opensCalls: true) : nil
            return Node(path: tree.path, step: tree.step, inner: inner)
        }
        edges = trees.enumerated().flatMap { to, tree in
            tree.step.links.compactMap { link in
                positions[link.task].map { Edge(from: $0, to: to, condition: link.condition) }
            }
        }
    }
}

extension FlowGraph.Node {
    var name: String { step.task.name.rawValue }

    /// What is said of it beside its name, a line each; kept short, for a box is only as good as it is narrow.
    func details(_ language: Language) -> [String] {
        let task = step.task
        let pace = PaceDocument(task.pace)
        let lines = [
            task.title?.text(language), step.work, nature,
            pace.batch.map { $0 + " at a time" + (pace.between.map { ", \($0) between" } ?? "") },
            pace.stopAfter.map { "stops after \($0) failed" },
            task.join == .any && step.links.count > 1 ? "any link is enough" : nil,
            task.reflectsError ?? true ? nil : "its failure is handled",
        ]
        return lines.compactMap(\.self)
    }

    private var nature: String {
        switch step.placement {
        case .each: step.effect.rawValue
        case .controller, .selector: step.effect.rawValue + ", on " + step.placement.written
        }
    }
}

extension LinkCondition {
    /// As it stands at a link.
    var label: String { rawValue.uppercased() }
}
