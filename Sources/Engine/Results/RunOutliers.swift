// SPDX-License-Identifier: Apache-2.0

package import Model
package import Storage

/// Which targets of a run did something else than the others: step by step, targets that did the same are put together, and
/// the few stand before the many.
package struct RunOutliers: Encodable, Sendable {
    /// Targets that did the same in a step.
    package struct Group: Encodable, Sendable {
        package let targets: [String]
        /// Whether most of the targets did something else.
        package let isOdd: Bool
        package let state: StepState
        package let level: Level
        package let exitCode: Int?
        package let findings: [String]
        /// What of it the largest group does not have; of that group itself, nothing.
        package let differs: String
    }

    /// One step, with its groups.
    package struct Step: Encodable, Sendable {
        package let path: StepPath
        package let groups: [Group]
    }

    package let run: RunID
    /// The targets that are odd in any step.
    package let odd: [String]
    /// The steps in which not all targets did the same.
    package let steps: [Step]

    /// Looks at a run's steps and at what they wrote.
    package init(_ view: RunView, in store: any RunReader) async throws(StoreError) {
        run = view.run.id
        var steps: [Step] = []
        for index in view.plan.steps.indices where view.plan.steps[index].role == .task {
            var conducts: [Conduct] = []
            for target in view.targets {
                guard let step = target.steps.last(where: { $0.step == index && $0.isLatest }) else { continue }
                conducts.append(try await Conduct(step, target, view, store))
            }
            let groups = RunOutliers.groups(conducts)
            if groups.count > 1 { steps.append(Step(path: view.plan.steps[index].path, groups: groups)) }
        }
        self.steps = steps
        odd = Set(steps.flatMap { $0.groups.filter(\.isOdd).flatMap(\.targets) }).sorted()
    }

    private static func groups(_ conducts: [Conduct]) -> [Group] {
        let groups = Dictionary(grouping: conducts, by: \.same).values
            .sorted { ($0.count, $0[0].target) < ($1.count, $1[0].target) }
        guard let most = groups.last?.first else { return [] }
        let isMajority = (groups.last?.count ?? 0) * 2 > conducts.count
        return groups.enumerated().map { index, members in
            let first = members[0]
            return Group(
                targets: members.map(\.target), isOdd: isMajority && index < groups.count - 1, state: first.same.state,
                level: first.same.level, exitCode: first.same.exitCode, findings: first.same.findings,
                differs: index == groups.count - 1 ? "" : first.difference(from: most))
        }
    }
}

/// What a target did in a step.
private struct Conduct {
    struct Same: Hashable {
        let state: StepState
        let reason: String?
        let level: Level
        let exitCode: Int?
        let findings: [String]
        /// Values that are words; numbers differ a little everywhere.
        let words: [String: String]
        let text: PlainText
    }

    let target: String
    let same: Same

    init(_ step: StepView, _ target: TargetView, _ view: RunView, _ store: any RunReader) async throws(StoreError) {
        self.target = target.target.description
        let report = step.record.report
        var words: [String: String] = [:]
        for (name, value) in report.outputs {
            switch value {
            case .text(let text): words[name] = PlainText(Array(text.utf8), names: view.names(of: target)).lines.first
            case .bool(let flag): words[name] = String(flag)
            default: break
            }
        }
        same = Same(
            state: step.record.state, reason: step.record.reason?.code, level: report.level, exitCode: report.exitCode,
            findings: Set(report.findings.map(\.code)).sorted(), words: words,
            text: try await view.text(of: step, target, in: store))
    }

    /// The first thing that is otherwise here.
    func difference(from other: Conduct) -> String {
        if same.state != other.same.state || same.reason != other.same.reason {
            return same.state.rawValue + (same.reason.map { " (\($0))" } ?? "")
        }
        if same.exitCode != other.same.exitCode { return "exit code \(same.exitCode.map(String.init) ?? "none")" }
        let findings = same.findings.filter { !other.same.findings.contains($0) }
        if !findings.isEmpty { return "finding \(findings.joined(separator: ", "))" }
        if same.findings != other.same.findings { return "no finding \(other.same.findings.joined(separator: ", "))" }
        for (name, word) in same.words.sorted(by: { $0.key < $1.key }) where other.same.words[name] != word {
            return "\(name) is \(word)"
        }
        let known = Set(other.same.text.lines)
        if let line = same.text.lines.first(where: { !known.contains($0) }) { return line }
        let own = Set(same.text.lines)
        return other.same.text.lines.first { !own.contains($0) }.map { "without: \($0)" } ?? "in another order"
    }
}

extension RunView {
    /// What stands for a target's host in what it writes.
    func names(of target: TargetView) -> [String] {
        [target.target.host.rawValue, target.target.instance?.rawValue, addresses[target.target.host]].compactMap(
            \.self)
    }

    /// What a step wrote, without the noise.
    func text(of step: StepView, _ target: TargetView, in store: any RunReader) async throws(StoreError) -> PlainText {
        let attempt = AttemptKey(run: run.id, key: step.record.key, attempt: step.record.attempt)
        var reader = OutputReader(of: attempt, in: store)
        var bytes: [UInt8] = []
        while bytes.count < PlainText.longest {
            let pieces = try await reader.next()
            if pieces.isEmpty { break }
            for case .bytes(let piece, _) in pieces { bytes += piece }
        }
        return PlainText(bytes, names: names(of: target))
    }
}
