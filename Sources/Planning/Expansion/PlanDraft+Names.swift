// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

// Every name in `${…}` and in expressions leads somewhere, on every lane.
extension PlanDraft {
    /// A text with names, as the job that holds it sees it.
    struct Spot {
        let scope: Int
        let laneSet: Int
        /// The step it belongs to; nil = it is an output of the job, asked for after the job has ended.
        let step: Int?
        let place: Place?
        let path: String
        /// Whether a secret may stand there, alone in its `${…}`.
        var secrets = ParameterSpec.SecretUse.refused
    }

    mutating func checkNames(_ index: Int, _ resolver: ValueResolver) {
        let step = plan.steps[index]
        let specs = planner.registry[step.type]?.parameters ?? []
        for entry in step.settings.entries {
            let spec = specs.first { $0.name == entry.key }
            switch spec?.shape {
            case .verbatim?: continue
            case .expression?: checkExpression(entry.value, spot(index, entry.value, "with/\(entry.key)"), resolver)
            default:
                for setting in entry.value.allSettings {
                    var spot = spot(index, setting, "with/\(entry.key)")
                    spot.secrets = spec?.secrets ?? .refused
                    checkText(setting, spot, resolver)
                }
            }
        }
        let task = sources[index].task
        for (key, setting) in [
            ("account", task.account), ("timeLimit", task.timeLimit), ("retry/times", task.retryTimes),
            ("retry/delay", task.retryDelay),
        ] {
            if let setting { checkText(setting, spot(index, setting, key), resolver) }
        }
    }

    private func spot(_ index: Int, _ setting: Setting, _ key: String) -> Spot {
        let step = plan.steps[index]
        return Spot(
            scope: step.scope, laneSet: step.laneSet, step: index, place: setting.place,
            path: "tasks/\(step.path)/\(key)")
    }

    private mutating func checkExpression(_ setting: Setting, _ spot: Spot, _ resolver: ValueResolver) {
        // An expression that cannot be read was reported when the task was decoded.
        guard let expression = setting.text.flatMap({ try? Expression($0) }) else { return }
        check(expression, spot, resolver)
    }

    mutating func checkText(_ setting: Setting, _ spot: Spot, _ resolver: ValueResolver) {
        guard let text = setting.text, text.contains("${") else { return }
        do throws(ExpressionError) {
            let template = try Template(text)
            let isPart = spot.secrets == .passedOn && template.single == nil
            for expression in template.expressions { check(expression, spot, resolver, isPart: isPart) }
        } catch {
            problems.add("\(error)", at: spot.place, path: spot.path)
        }
    }

    private mutating func check(
        _ expression: Expression, _ spot: Spot, _ resolver: ValueResolver, isPart: Bool = false
    ) {
        var areKnown = true
        for reference in expression.references {
            guard let problem = problem(with: reference, spot, resolver) else { continue }
            areKnown = false
            problems.add(problem, at: spot.place, path: spot.path)
        }
        guard areKnown else { return }
        if let problem = secretProblem(expression, spot, isPart: isPart) ?? absence(in: expression, spot, resolver) {
            problems.add(problem, at: spot.place, path: spot.path)
        }
    }

    private func problem(with reference: Reference, _ spot: Spot, _ resolver: ValueResolver) -> String? {
        let rest = Array(reference.path.dropFirst())
        switch reference.path.first {
        case "params": return parameterProblem(rest.joined(separator: "."), spot)
        case "steps": return stepProblem(rest, spot, resolver)
        case "host", "instance", "target":
            if let problem = Facts.problem(reference) { return problem }
            guard spot.step != nil, plan.laneSets[spot.laneSet] == [Plan.controllerLane] else { return nil }
            return "'\(reference.text)' has no meaning here: the task runs once, on the controller"
        case "run": return Facts.problem(reference)
        default:
            let known = ["params", "steps", "host", "instance", "target", "run"]
            let hint = didYouMean(
                reference.path.first ?? "", among: known,
                orElse: "; known are params, steps, host, instance, target and run")
            return "there is nothing called '\(reference.text)'\(hint)"
        }
    }

    private func parameterProblem(_ name: String, _ spot: Spot) -> String? {
        let scope = plan.scopes[spot.scope]
        let job = planner.library[scope.job]
        guard let parameter = job?.parameters.first(where: { $0.name == name }) else {
            return
                "the job \(scope.job) has no parameter '\(name)'\(didYouMean(name, among: job?.parameters.map(\.name) ?? []))"
        }
        guard parameter.isFromInventory, plan.laneSets[spot.laneSet] == [Plan.controllerLane] else { return nil }
        guard Set(scope.laneValues.values.compactMap { $0[name] }).count > 1 else { return nil }
        return "'params.\(name)' differs between the targets, and the task runs once, on the controller"
    }

    /// What is wrong with a secret in an expression: it is given whole, and only where its reader is known.
    private func secretProblem(_ expression: Expression, _ spot: Spot, isPart: Bool) -> String? {
        guard let reference = expression.references.first(where: { isSecret($0, spot.scope) }) else { return nil }
        guard spot.secrets != .refused else {
            return "'\(reference.text)' is a secret and cannot be given here: "
                + "only a program's stdin and a called job's secret parameter take one"
        }
        guard expression.soleReference == nil || isPart else { return nil }
        return "'\(reference.text)' is a secret and stands alone in its ${…}, as in ${\(reference.text)}"
    }

    private func isSecret(_ reference: Reference, _ scope: Int) -> Bool {
        guard reference.path.first == "params" else { return false }
        let name = reference.path.dropFirst().joined(separator: ".")
        return planner.library[plan.scopes[scope].job]?.parameters.first { $0.name == name }?.kind == .secret
    }

    /// The lanes that lack a fact which an expression cannot do without.
    private func absence(in expression: Expression, _ spot: Spot, _ resolver: ValueResolver) -> String? {
        let facts = expression.references.filter { ["host", "instance"].contains($0.path.first) }
        guard trial == nil, !facts.isEmpty else { return nil }
        var lacking: [Int] = []
        var name: Reference?
        for lane in plan.laneSets[spot.laneSet] where lane >= 0 {
            let missing = expression.missing { reference in
                facts.contains(reference) && (try? resolver.value(of: reference, scope: spot.scope, lane: lane)) == nil
            }
            guard let missing else { continue }
            name = name ?? missing
            lacking.append(lane)
        }
        guard let name, let first = lacking.first else { return nil }
        let hint = didYouMean(name.text, among: resolver.factNames(like: name, lane: first))
        return "'\(name.text)' has no value for \(names(lacking))\(hint.isEmpty ? "; write" : hint + " Write") "
            + "coalesce(\(name.text), 'another value') where it may be absent"
    }
}

extension ValueResolver {
    /// The names of a lane's labels or variables, for a suggestion.
    func factNames(like reference: Reference, lane: Int) -> [String] {
        guard reference.path.count > 2 else { return [] }
        let kind = reference.path[1]
        let names: [String]
        if reference.path[0] == "host" {
            let host = host(of: lane)
            names = Array((kind == "labels" ? host?.labels.keys.map(\.self) : host?.variables.keys.map(\.self)) ?? [])
        } else {
            let instance = instance(of: lane)
            names = Array(
                (kind == "labels" ? instance?.labels.keys.map(\.self) : instance?.variables.keys.map(\.self)) ?? [])
        }
        return names.sorted().map { "\(reference.path[0]).\(kind).\($0)" }
    }
}
