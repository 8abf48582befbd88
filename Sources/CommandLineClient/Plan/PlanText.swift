// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import TaskKit

/// A plan as text for people.
struct PlanText {
    /// So many values of a parameter are shown.
    private static let mostValues = 10

    private let document: PlanDocument
    private let plan: Plan
    private let language: Language

    init(_ document: PlanDocument, of plan: Plan, language: Language) {
        self.document = document
        self.plan = plan
        self.language = language
    }

    /// Two lines: what on how many targets, and what of it changes something.
    var brief: String {
        let changing = plan.steps.filter { $0.role == .task && $0.effect == .change }.map(\.path.rawValue)
        let names =
            changing.prefix(4).joined(separator: ", ") + (changing.count > 4 ? " and \(changing.count - 4) more" : "")
        return
            "\(plan.title.text(language)) (\(plan.job)) \(whereabouts)".printable + "\n"
            + Phrases.text("changes: {steps}", language, ["steps": names])
    }

    /// The whole plan.
    var whole: String {
        var lines = [
            "\(plan.title.text(language)) (\(plan.job))", "plan \(plan.digest)",
            plan.targetCount == 0 ? whereabouts : "on \(count), \(plan.parallel) at once: \(targets)",
        ]
        if let stopAfter = plan.stopAfter { lines.append("no further target begins after \(stopAfter) failed") }
        lines += document.parameters.flatMap(text)
        for step in document.steps { lines += text(step) }
        return lines.map(\.printable).joined(separator: "\n")
    }

    private func text(_ parameter: PlanDocument.ParameterPart) -> [String] {
        let name = (parameter.step.map { "\($0)/" } ?? "") + parameter.name
        let values = parameter.values.prefix(PlanText.mostValues).map { part in
            "with \(name)=\(shown(part.value))\(part.targets.map { " on \(some($0))" } ?? "")"
        }
        let more = parameter.values.count - values.count
        return values + (more > 0 ? ["with \(name): \(more) more values; -o json has them all"] : [])
    }

    /// What every target has on one line, and a line for each value that only some have.
    private func environment(of action: PlanDocument.ActionPart) -> [String] {
        let common = action.environment.filter { $0.values.count == 1 && $0.values[0].targets == nil }
        let line = common.map { $0.text($0.values[0]) }.joined(separator: " ")
        let differing = action.environment.filter { $0.values.count > 1 || $0.values[0].targets != nil }
        let lines = differing.flatMap { variable in
            let values = variable.values.prefix(PlanText.mostValues).map { part in
                variable.text(part) + (part.targets.map { " on \(some($0))" } ?? "")
            }
            let more = variable.values.count - values.count
            return values + (more > 0 ? ["\(variable.name): \(more) more values; -o json has them all"] : [])
        }
        return (line.isEmpty ? [] : [line]) + lines
    }

    private func shown(_ value: Value) -> String {
        if case .text(let text) = value { return quotedForReading(text) }
        return quotedForReading(value.written)
    }

    private func some(_ targets: [String]) -> String {
        targets.prefix(3).joined(separator: ", ") + (targets.count > 3 ? " and \(targets.count - 3) more" : "")
    }

    private var whereabouts: String { plan.targetCount == 0 ? "without targets" : "on \(count): \(targets)" }

    private var count: String { "\(plan.targetCount) \(plan.targetCount == 1 ? "target" : "targets")" }

    private var targets: String {
        let names = plan.lanes.prefix(plan.targetCount).map(\.description)
        return names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }

    private func text(_ step: PlanDocument.StepPart) -> [String] {
        let indent = String(repeating: "  ", count: step.path.rawValue.split(separator: "/").count)
        var head = "\(indent)\(step.path)  \(step.type)  \(step.effect.rawValue) on \(step.on)"
        if !step.after.isEmpty { head += "  after \(step.after.joined(separator: step.join == .any ? " or " : ", "))" }
        var limits: [String] = []
        let accounts = Set(step.actions.map(\.account))
        if accounts.count == 1, let account = accounts.first ?? nil { limits.append("as \(account)") }
        if let limit = step.timeLimit, let action = step.onTimeLimit {
            limits.append("at most \(limit), then \(action.rawValue)")
        }
        if let retry = step.retry { limits.append("retried \(retry)") }
        if !step.errorReflection { limits.append("its error is not the job's") }
        var lines = [head]
        if !limits.isEmpty, !step.actions.isEmpty { lines.append("\(indent)    \(limits.joined(separator: "; "))") }
        for action in step.actions {
            lines += text(action, indent, ofMany: step.actions.count > 1, showsAccount: accounts.count > 1)
        }
        return lines
    }

    private func text(_ action: PlanDocument.ActionPart, _ indent: String, ofMany: Bool, showsAccount: Bool) -> [String]
    {
        let whom = ofMany ? some(action.targets) + ": " : ""
        let account = showsAccount ? "as \(action.account ?? "the account that logs in"): " : ""
        var lines = ["\(indent)    \(whom)\(account)\(action.text)"]
        if let digest = action.scriptSHA256 { lines.append("\(indent)      script sha256 \(digest)") }
        return lines + environment(of: action).map { "\(indent)      environment \($0)" }
    }
}

extension PlanDocument {
    /// A row for each action on each target.
    var csv: String {
        let rows = steps.flatMap { step in
            step.actions.flatMap { action in
                let environments = action.environmentByTarget
                return action.targets.map {
                    [
                        step.path.rawValue, step.type.rawValue, step.effect.rawValue, $0, action.account ?? "",
                        action.text, action.scriptSHA256 ?? "", environments[$0]?.joined(separator: " ") ?? "",
                    ]
                }
            }
        }
        return CSV.text([["STEP", "TYPE", "EFFECT", "TARGET", "ACCOUNT", "ACTION", "SCRIPT", "ENVIRONMENT"]] + rows)
    }
}

extension PlanDocument.VariablePart {
    func text(_ part: PlanDocument.VariableValue) -> String { PlannedVariable(name, part.value).text }
}

extension PlanDocument.ActionPart {
    /// The variables of each target, as `NAME=value`.
    fileprivate var environmentByTarget: [String: [String]] {
        var result: [String: [String]] = [:]
        for variable in environment {
            for part in variable.values {
                let text = variable.text(part)
                for target in part.targets ?? targets { result[target, default: []].append(text) }
            }
        }
        return result
    }
}
