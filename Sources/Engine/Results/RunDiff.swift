// SPDX-License-Identifier: Apache-2.0

package import Model
package import Storage

/// What is different between two runs of a job: target by target and step by step, what is new, gone, slower.
package struct RunDiff: Encodable, Sendable {
    /// What is different in one step on one target.
    package struct Entry: Encodable, Sendable {
        package let target: String
        package let step: StepPath
        /// `state`, `finding`, `line`, `slower`, `step` or `target`.
        package let kind: String
        /// What only the run has.
        package let new: String?
        /// What only the other run had.
        package let gone: String?
    }

    package let run: RunID
    package let against: RunID
    package let entries: [Entry]

    /// Compares a run with an earlier one.
    package init(_ new: RunView, against old: RunView, in store: any RunReader) async throws(StoreError) {
        run = new.run.id
        against = old.run.id
        var entries: [Entry] = []
        let before = Dictionary(old.targets.map { ($0.target, $0) }) { first, _ in first }
        for target in new.targets {
            let name = target.target.description
            guard let before = before[target.target] else {
                entries.append(Entry(target: name, step: "", kind: "target", new: "is new", gone: nil))
                continue
            }
            for step in target.steps where step.isLatest && new.plan.steps[step.step].role == .task {
                guard let other = before.steps.last(where: { $0.path == step.path && $0.isLatest }) else {
                    entries.append(Entry(target: name, step: step.path, kind: "step", new: "is new", gone: nil))
                    continue
                }
                entries += RunDiff.outcome(name, step, other)
                entries += RunDiff.lines(
                    name, step.path, try await new.text(of: step, target, in: store),
                    try await old.text(of: other, before, in: store))
            }
        }
        let now = Set(new.targets.map(\.target))
        for target in old.targets where !now.contains(target.target) {
            entries.append(
                Entry(target: target.target.description, step: "", kind: "target", new: nil, gone: "is gone"))
        }
        self.entries = entries
    }

    private static func outcome(_ target: String, _ new: StepView, _ old: StepView) -> [Entry] {
        var entries: [Entry] = []
        func add(_ kind: String, _ new: String?, _ gone: String?, _ path: StepPath) {
            entries.append(Entry(target: target, step: path, kind: kind, new: new, gone: gone))
        }
        let (state, before) = (new.outcomeText, old.outcomeText)
        if state != before { add("state", state, before, new.path) }
        let (found, known) = (Set(new.record.report.findings.map(\.code)), Set(old.record.report.findings.map(\.code)))
        for code in found.subtracting(known).sorted() { add("finding", code, nil, new.path) }
        for code in known.subtracting(found).sorted() { add("finding", nil, code, new.path) }
        // A second more, and twice as long: less is noise.
        if let now = new.record.duration, let then = old.record.duration, now > then * 2, now - then > .seconds(1) {
            add("slower", now.short, then.short, new.path)
        }
        return entries
    }

    private static func lines(_ target: String, _ path: StepPath, _ new: PlainText, _ old: PlainText) -> [Entry] {
        let (known, now) = (Set(old.lines), Set(new.lines))
        let news = new.lines.filter { !known.contains($0) }
            .map { Entry(target: target, step: path, kind: "line", new: $0, gone: nil) }
        let gone = old.lines.filter { !now.contains($0) }
            .map { Entry(target: target, step: path, kind: "line", new: nil, gone: $0) }
        return Array((news + gone).prefix(100))
    }
}

extension StepView {
    fileprivate var outcomeText: String {
        let report = record.report
        var text = record.state.rawValue
        if report.level > .info { text += ", \(report.level.rawValue)" }
        if let code = report.exitCode, code != 0 { text += ", exit code \(code)" }
        if let reason = record.reason { text += " (\(reason.code))" }
        return text
    }
}
