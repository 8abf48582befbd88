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
        let names = own.laneValues.values.reduce(into: Set(own.bindings.keys)) { $0.formUnion($1.keys) }
        return names.sorted().filter { !isInherited($0, own) }.compactMap { name in
            let values = values(of: name, scope, lanes.isEmpty ? [Plan.controllerLane] : lanes)
            return values.isEmpty
                ? nil : PlanDocument.ParameterPart(job: own.job, step: path, name: name, values: values)
        }
    }

    private func isInherited(_ name: String, _ scope: Scope) -> Bool {
        scope.parent != nil && scope.bindings[name] == .template("${params.\(name)}")
    }

    private func values(of name: String, _ scope: Int, _ lanes: [Int]) -> [PlanDocument.ValuePart] {
        let some = plan.representativeLanes([], scope, lanes)
        var lanesByValue: [Value: [Int]] = [:]
        var order: [Value] = []
        for lane in some {
            guard let value = value(of: name, scope, lane) else { continue }
            if lanesByValue[value] == nil { order.append(value) }
            lanesByValue[value, default: []].append(lane)
        }
        return order.map { value in
            let found = lanesByValue[value] ?? []
            let targets = found.count == some.count ? nil : found.map { plan.lanes[$0].description }
            return PlanDocument.ValuePart(value: value, targets: targets)
        }
    }

    /// The value on a lane as it may be shown; nil where there is none.
    private func value(of name: String, _ scope: Int, _ lane: Int) -> Value? {
        let text = "${params.\(name)}"
        if resolver.waits(text, scope: scope, lane: lane) {
            guard case .template(let written)? = plan.scopes[scope].bindings[name] else { return nil }
            return .text(written)
        }
        guard let value = try? resolver.value(text, scope: scope, lane: lane), value != .null else { return nil }
        return value.withoutSecrets
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
