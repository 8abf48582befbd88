// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

// Parameters: what each job's are bound to.
extension PlanDraft {
    /// The job that was asked for, with the values given to it.
    mutating func addRootScope(_ job: Job, values: [String: Setting]) -> Int {
        for name in values.keys.sorted() where !job.parameters.contains(where: { $0.name == name }) {
            let known = job.parameters.map(\.name)
            let list = known.isEmpty ? "; it has none" : "; it has \(known.joined(separator: ", "))"
            let hint = didYouMean(name, among: known, orElse: list)
            problems.add(
                "\(job.id) has no parameter '\(name)'\(hint)", at: values[name]?.place, path: "parameters/\(name)")
        }
        var scope = emptyScope(job, prefix: "", parent: nil)
        for parameter in job.parameters {
            bind(parameter, given: values[parameter.name], into: &scope, of: job, lanes: Array(plan.lanes.indices))
        }
        plan.scopes.append(scope)
        return plan.scopes.count - 1
    }

    /// A called job: values given, then the caller's parameters of the same name, then its own.
    mutating func addScope(
        _ job: Job, prefix: StepPath, caller: Int, values: [String: Setting], lanes: [Int], place: Place?, path: String
    ) -> Int {
        for (name, setting) in values.sorted(by: { $0.key < $1.key })
        where !job.parameters.contains(where: { $0.name == name }) {
            let hint = didYouMean(name, among: job.parameters.map(\.name))
            problems.add(
                "\(job.id) has no parameter '\(name)'\(hint)", at: setting.place ?? place,
                path: "\(path)/with/values/\(name)")
        }
        var scope = emptyScope(job, prefix: prefix, parent: caller)
        for parameter in job.parameters {
            let inherited = plan.scopes[caller].bindings[parameter.name]
            if let given = values[parameter.name], let text = given.text, text.contains("${") {
                scope.bindings[parameter.name] = .template(text)
            } else if values[parameter.name] == nil, inherited != nil {
                scope.bindings[parameter.name] = .template("${params.\(parameter.name)}")
            } else {
                bind(parameter, given: values[parameter.name], into: &scope, of: job, lanes: lanes)
            }
        }
        plan.scopes.append(scope)
        return plan.scopes.count - 1
    }

    private func emptyScope(_ job: Job, prefix: StepPath, parent: Int?) -> Scope {
        let outputs = Dictionary(
            job.outputs.map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { first, _ in first })
        return Scope(job: job.id, prefix: prefix, parent: parent, outputs: outputs, messages: job.messages)
    }

    private mutating func bind(
        _ parameter: Parameter, given: Setting?, into scope: inout Scope, of job: Job, lanes: [Int]
    ) {
        do throws(Problem) {
            if let given {
                scope.bindings[parameter.name] = .value(try parameter.value(given: given))
                return
            }
            if let standard = parameter.defaultValue {
                scope.bindings[parameter.name] = .value(try parameter.checked(standard))
            } else if parameter.isOptional {
                scope.bindings[parameter.name] = .value(.null)
            }
        } catch {
            return problems.add(error.message, at: error.place ?? parameter.place, path: error.path)
        }
        let missing = parameter.isFromInventory ? bindLanes(parameter, into: &scope, lanes) : lanes
        guard scope.bindings[parameter.name] == nil, !missing.isEmpty || lanes.isEmpty else { return }
        let help = parameter.help.english.isEmpty ? "" : " (\(parameter.help.english))"
        let whom = parameter.isFromInventory && missing.count < lanes.count ? " for \(names(missing))" : ""
        problems.add(
            "\(job.id) needs the parameter '\(parameter.name)'\(help)\(whom): give it with -e \(parameter.name)=…, "
                + parameter.kind.expectation, path: "parameters/\(parameter.name)")
    }

    /// Takes a parameter's value from each lane's inventory; returns the lanes that have none.
    private mutating func bindLanes(_ parameter: Parameter, into scope: inout Scope, _ lanes: [Int]) -> [Int] {
        var missing: [Int] = []
        for lane in lanes where lane >= 0 {
            let host = planner.inventory[plan.lanes[lane].host]
            let instance = planner.inventory.instance(plan.lanes[lane])
            guard let value = instance?.variables[parameter.name] ?? host?.variables[parameter.name] else {
                missing.append(lane)
                continue
            }
            do throws(Problem) {
                scope.laneValues[lane, default: [:]][parameter.name] = try parameter.checked(value)
            } catch {
                problems.add(
                    "\(error.message) (from the inventory, for \(plan.lanes[lane]))", at: host?.place, path: error.path)
            }
        }
        return missing
    }

    func names(_ lanes: [Int]) -> String {
        let names = lanes.prefix(3).map { plan.lanes[$0].description }.joined(separator: ", ")
        return lanes.count > 3 ? "\(names) and \(lanes.count - 3) more" : names
    }
}
