// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

// Values that a call gives by `${…}`: each is judged by the parameter of the job that uses it.
extension PlanDraft {
    /// A call of a job, as the values for its parameters see it.
    struct Call {
        let job: Job
        let caller: Int
        let lanes: [Int]
        let place: Place?
        let path: String
    }

    /// Binds a parameter to a text with `${…}` and judges what is known of it; what is not is judged when it is filled in.
    mutating func bind(
        _ parameter: Parameter, by text: String, isInherited: Bool, into scope: inout Scope, _ call: Call
    ) {
        scope.bindings[parameter.name] = .template(text)
        scope.rules = (scope.rules ?? [:]).merging([parameter.name: parameter.rule]) { _, new in new }
        guard !isMadeUp(text, call.caller) else { return }
        if let problem = judge(parameter, text, call) {
            let source = isInherited ? " (from the parameter of the same name in \(plan.scopes[call.caller].job))" : ""
            problems.add(
                "\(call.job.id): \(problem)\(source)", at: call.place,
                path: "\(call.path)/with/values/\(parameter.name)")
        }
    }

    /// A list that a call gives, with what is known filled in; it must be the same on every lane.
    mutating func known(_ given: Setting, _ parameter: Parameter, _ call: Call) -> Setting {
        let texts = given.allTexts.filter { $0.contains("${") }
        guard !texts.isEmpty else { return given }
        let resolver = self.resolver
        let lanes = representativeLanes(texts, call.caller, call.lanes)
        let lane = lanes.first ?? Plan.controllerLane
        guard lanes.count < 2, !texts.contains(where: { resolver.waits($0, scope: call.caller, lane: lane) }) else {
            problems.add(
                "is a list whose items are not known while planning; write it as one value, such as "
                    + "${[steps.look.first, 'second']}", at: given.place,
                path: "\(call.path)/with/values/\(parameter.name)")
            return given
        }
        return given.filledThroughout { resolver.known($0, scope: call.caller, lane: lane) }
    }

    /// What is wrong with a value that is known while planning; nil = nothing, or it is not known yet.
    func judge(_ parameter: Parameter, _ text: String, _ call: Call) -> String? {
        let resolver = self.resolver
        let lanes = representativeLanes([text], call.caller, call.lanes)
        for lane in lanes {
            if resolver.waits(text, scope: call.caller, lane: lane) {
                guard parameter.kind == .secret else { return nil }
                return "where the secret '\(parameter.name)' is read must be known while planning"
            }
            // A name without a value is reported where the names are checked.
            guard let value = try? resolver.value(text, scope: call.caller, lane: lane) else { continue }
            do throws(EvaluationError) {
                _ = try parameter.judged(value, from: text)
            } catch {
                return lanes.count > 1 ? "\(error.message), for \(plan.lanes[lane])" : error.message
            }
        }
        return nil
    }

    /// Whether a value comes from a stand-in that nobody means.
    func isMadeUp(_ text: String, _ scope: Int) -> Bool {
        guard let trial, let template = try? Template(text) else { return false }
        return template.references.contains { reference in
            guard reference.path.first == "params" else { return reference.path.first != "steps" }
            let name = reference.path.dropFirst().joined(separator: ".")
            if case .template(let text)? = plan.scopes[scope].bindings[name], let parent = plan.scopes[scope].parent {
                return isMadeUp(text, parent)
            }
            guard scope > 0 else { return trial.madeUp.contains(name) }
            let parameter = planner.library[plan.scopes[scope].job]?.parameters.first { $0.name == name }
            return parameter?.isFromInventory ?? false
        }
    }
}
