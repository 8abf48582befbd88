// SPDX-License-Identifier: Apache-2.0

// Which names an expression can do without.
extension Node {
    /// The names whose presence the expression itself asks for.
    var askedFor: Set<Reference> {
        switch self {
        case .call(.defined, let nodes, _): Set(nodes.compactMap(\.reference))
        case .compared(_, let left, let right, _) where left.isNull || right.isNull:
            Set([left, right].compactMap(\.reference))
        default: children.reduce(into: []) { $0.formUnion($1.askedFor) }
        }
    }

    /// The first name without a value that is needed.
    func missing(_ isAbsent: (Reference) -> Bool) -> Reference? {
        switch self {
        case .reference(let reference): return isAbsent(reference) ? reference : nil
        case .call(.coalesce, let nodes, _):
            var last: Reference?
            for node in nodes {
                last = node.missing(isAbsent)
                if last == nil { return nil }
            }
            return last
        default:
            for child in children {
                if let missing = child.missing(isAbsent) { return missing }
            }
            return nil
        }
    }

    private var reference: Reference? { if case .reference(let reference) = self { reference } else { nil } }

    private var children: [Node] {
        switch self {
        case .literal, .reference: []
        case .list(let nodes), .call(_, let nodes, _): nodes
        case .not(let node, _), .negated(let node, _), .matches(let node, _, _): [node]
        case .both(let left, let right, _), .either(let left, let right, _), .compared(_, let left, let right, _),
            .calculated(_, let left, let right, _), .contains(let left, let right, _):
            [left, right]
        }
    }
}
