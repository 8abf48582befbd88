// SPDX-License-Identifier: Apache-2.0

import Model

/// The values of the parameters in a plan: each once, with the targets that have it where not all do.
struct PlanValues {
    private let plan: Plan
    private let resolver: ValueResolver
    /// The lanes of each called job, by the path of the call.
    private let lanes: [StepPath: [Int]]

    init(_ plan: Plan) {
        self.plan = plan
        resolver = ValueResolver(plan: plan)
        let groups = plan.steps.filter { $0.role == .group }.map { ($0.path, plan.laneSets[$0.laneSet]) }
        lanes = Dictionary(groups, uniquingKeysWith: { first, _ in first })
    }

    var parts: [PlanDocument.ParameterPart] { plan.scopes.indices.filter { !isBatch($0) }.flatMap(parts) }

    /// Whether a scope is a batch, which has the values of the job that it is a part of.
    private func isBatch(_ scope: Int) -> Bool {
        let own = plan.scopes[scope]
        guard let parent = own.parent, plan.scopes[parent].job == own.job else { return false }
        return own.laneValues == plan.scopes[parent].laneValues
    }

    private func parts(of scope: Int) -> [PlanDocument.ParameterPart] {
        let own = plan.scopes[scope]
        let path = own.parent == nil ? nil : own.prefix
        let lanes = path.map { self.lanes[$0] ?? [] } ?? Array(0..<plan.targetCount)
        let byLane = own.laneValues.values.reduce(into: Set<String>()) { $0.formUnion($1.keys) }
        return byLane.union(own.bindings.keys).sorted().filter { !isInherited($0, own) }.compactMap { name in
            let some = byLane.contains(name) ? lanes : representatives(of: name, scope, lanes)
            let values = values(of: name, own, scope, some.isEmpty ? [Plan.controllerLane] : some)
            return values.isEmpty
                ? nil : PlanDocument.ParameterPart(job: own.job, step: path, name: name, values: values)
        }
    }

    /// One lane where every lane has the same value, else all.
    private func representatives(of name: String, _ scope: Int, _ lanes: [Int]) -> [Int] {
        if case .value? = plan.scopes[scope].bindings[name] { return Array(lanes.prefix(1)) }
        return plan.representativeLanes([], scope, lanes)
    }

    private func isInherited(_ name: String, _ scope: Scope) -> Bool {
        scope.parent != nil && scope.bindings[name] == .template("${params.\(name)}")
    }

    private func values(of name: String, _ own: Scope, _ scope: Int, _ lanes: [Int]) -> [PlanDocument.ValuePart] {
        var lanesByValue: [Value: [Int]] = [:]
        var order: [Value] = []
        for lane in lanes {
            guard let value = value(of: name, own, scope, lane) else { continue }
            if lanesByValue[value] == nil { order.append(value) }
            lanesByValue[value, default: []].append(lane)
        }
        return order.map { value in
            let found = lanesByValue[value] ?? []
            let targets = found.count == lanes.count ? nil : found.map { plan.lanes[$0].description }
            return PlanDocument.ValuePart(value: value, targets: targets)
        }
    }

    /// The value on a lane as it may be shown; nil where there is none.
    private func value(of name: String, _ own: Scope, _ scope: Int, _ lane: Int) -> Value? {
        let found: Value?
        switch (own.laneValues[lane]?[name], own.bindings[name]) {
        case (let value?, _), (nil, .value(let value)?): found = value
        case (nil, .template(let written)?):
            let text = "${params.\(name)}"
            let waits = resolver.waits(text, scope: scope, lane: lane)
            found = waits ? .text(written) : try? resolver.value(text, scope: scope, lane: lane)
        case (nil, nil): found = nil
        }
        return found == .null ? nil : found?.withoutSecrets
    }
}

extension Value {
    /// The same, with each secret replaced by its sign.
    fileprivate var withoutSecrets: Value {
        switch self {
        case .secret: .text(text)
        case .list(let items): .list(items.map(\.withoutSecrets))
        default: self
        }
    }
}
