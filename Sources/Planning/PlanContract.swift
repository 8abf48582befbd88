// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Model

extension PlanContract {
    /// Whether nobody has altered the plan since its digest was made.
    package var isWhole: Bool { PlanDigest.digest(of: plan) == plan.digest }

    /// What is different now, a sentence each; none when the plan may be run.
    package func differences(to plan: Plan, hostKeys: [String: [String]]) -> [String] {
        var result: [String] = []
        if plan.digest != self.plan.digest { result = PlanDifference(self.plan, plan).sentences }
        let names = Set(plan.hosts.map(\.name.rawValue))
        for host in Set(self.hostKeys.keys).union(hostKeys.keys).sorted() {
            let (old, new) = (self.hostKeys[host] ?? [], hostKeys[host] ?? [])
            guard old != new, names.contains(host) else { continue }
            result.append("the host key of \(host): \(words(old)) then, \(words(new)) now")
        }
        return result
    }

    private func words(_ keys: [String]) -> String { keys.isEmpty ? "none pinned" : keys.joined(separator: " ") }
}

extension Plan {
    /// The fingerprints of the keys pinned for its hosts, by the host's name.
    package func hostKeys(_ pinned: [PinnedHostKey], fingerprint: (HostKey) -> String) -> [String: [String]] {
        let byEndpoint = Dictionary(grouping: pinned, by: \.endpoint)
        let pairs = hosts.compactMap { host -> (String, [String])? in
            let endpoint = Endpoint(address: host.connection.address, port: host.connection.port)
            return byEndpoint[endpoint].map { (host.name.rawValue, $0.map { fingerprint($0.key) }.sorted()) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}

/// What differs between two plans, found by going through both side by side.
private struct PlanDifference {
    /// A plan's value, by what people call its parts: steps by path, hosts by name.
    private indirect enum Part: Equatable {
        case leaf(String)
        case parts([String: Part])
    }

    private(set) var sentences: [String] = []

    init(_ old: Plan, _ new: Plan) {
        compare(Part.parts(PlanDifference.parts(of: old)), .parts(PlanDifference.parts(of: new)), "")
        if sentences.isEmpty { sentences = ["the digest: \(old.digest) then, \(new.digest) now"] }
    }

    private mutating func compare(_ old: Part?, _ new: Part?, _ name: String) {
        guard old != new else { return }
        switch (old, new) {
        case (.parts(let old)?, .parts(let new)?):
            for key in Set(old.keys).union(new.keys).sorted() {
                compare(old[key], new[key], name.isEmpty ? key : "\(name) \(key)")
            }
        case (nil, _?): sentences.append("\(name): is new")
        case (_?, nil): sentences.append("\(name): is gone")
        case (let old?, let new?): sentences.append("\(name): \(text(old)) then, \(text(new)) now")
        case (nil, nil): break
        }
    }

    private func text(_ part: Part) -> String {
        guard case .leaf(let text) = part else { return "another form" }
        let line = text.replacing("\n", with: "⏎")
        return line.count > 60 ? "'\(line.prefix(57))…'" : "'\(line)'"
    }

    private static func parts(of plan: Plan) -> [String: Part] {
        var parts: [String: Part] = [
            "title": .leaf(plan.title.text(.english)), "parallel": .leaf(String(plan.parallel)),
            "stopAfter": .leaf(plan.stopAfter.map(String.init) ?? "none"),
            "concurrent runs": .leaf(String(plan.allowsConcurrentRuns)),
        ]
        for target in plan.lanes.prefix(plan.targetCount) { parts["target \(target)"] = .leaf("chosen") }
        for host in plan.hosts {
            var host = host
            host.place = nil
            parts["host \(host.name)"] = json(host)
        }
        for scope in plan.scopes {
            let place = scope.prefix.rawValue.isEmpty ? "" : " of \(scope.prefix)"
            for (name, binding) in scope.bindings { parts["value \(name)\(place)"] = json(binding) }
            for (name, rule) in scope.rules ?? [:] { parts["limits of \(name)\(place)"] = json(rule) }
            parts["job \(scope.job)\(place)"] = json([scope.outputs])
        }
        for (index, step) in plan.steps.enumerated() {
            var part: [String: Part] = [
                "place": .leaf(String(index)),
                "lanes": .leaf(plan.laneSets[step.laneSet].map(String.init).joined(separator: ",")),
            ]
            if case .parts(let parts) = json(step) { part.merge(parts) { mine, _ in mine } }
            for key in ["path", "laneSet", "scope", "parent"] { part[key] = nil }
            part["settings"] = settings(step.settings)
            parts["step \(step.path)"] = .parts(part)
        }
        return parts
    }

    private static func settings(_ setting: Setting) -> Part {
        switch setting.content {
        case .empty: .leaf("")
        case .scalar(let text, _): .leaf(text)
        case .list(let items):
            .parts(Dictionary(uniqueKeysWithValues: items.enumerated().map { (String($0), settings($1)) }))
        case .map(let entries):
            .parts(Dictionary(entries.map { ($0.key, settings($0.value)) }, uniquingKeysWith: { _, last in last }))
        }
    }

    private static func json(_ value: some Encodable) -> Part {
        guard let data = try? JSONEncoder().encode(value),
            let object = try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
        else { return .leaf("") }
        return part(object)
    }

    private static func part(_ object: Any) -> Part {
        switch object {
        case let map as [String: Any]: .parts(map.mapValues(part))
        case let list as [Any]:
            .parts(Dictionary(uniqueKeysWithValues: list.enumerated().map { (String($0), part($1)) }))
        default: .leaf("\(object)")
        }
    }
}
