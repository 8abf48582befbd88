// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

// Parameters: what each job's are bound to.
extension PlanDraft {
    /// The job that was asked for, with the values given to it.
    mutating func addRootScope(_ job: Job, values: [String: Setting]) -> Int {
        var scope = emptyScope(job, prefix: "", parent: nil)
        for parameter in job.parameters {
            bind(
                parameter, given: values[parameter.name], into: &scope, .launch(job), Array(plan.lanes.indices))
        }
        plan.scopes.append(scope)
        return plan.scopes.count - 1
    }

    /// Reports values for parameters that the job that was asked for does not have; asked when all called jobs are known.
    mutating func checkGivenNames(_ job: Job, values: [String: Setting]) {
        for name in values.keys.sorted() where !job.parameters.contains(where: { $0.name == name }) {
            let known = job.parameters.map(\.name)
            let list = known.isEmpty ? "; it has none" : "; it has \(known.joined(separator: ", "))"
            let hint = calledJobHint(name, job) ?? didYouMean(name, among: known, orElse: list)
            problems.add(
                "\(job.id) has no parameter '\(name)'\(hint)", at: values[name]?.place,
                path: values[name]?.place == nil ? "-e \(name)" : "parameters/\(name)")
        }
    }

    /// A value reaches a called job by a parameter of the job that was asked for, or by what the calling task gives.
    private func calledJobHint(_ name: String, _ job: Job) -> String? {
        let called = plan.scopes.dropFirst().first { scope in
            planner.library[scope.job]?.parameters.contains { $0.name == name } ?? false
        }
        return called.map {
            "; \($0.job), which it calls, has one: declare it in \(job.id) as well, and called jobs take its value"
        }
    }

    /// A called job: values given, then the caller's parameters of the same name, then its own.
    mutating func addScope(
        _ job: Job, prefix: StepPath, caller: Int, values: [String: Setting], lanes: [Int], place: Place?, path: String
    ) -> Int {
        checkNames(of: values, job, place: place, path: path)
        var scope = emptyScope(job, prefix: prefix, parent: caller)
        for parameter in job.parameters {
            let given = values[parameter.name]
            let call = Call(job: job, caller: caller, lanes: lanes, place: given?.place ?? place, path: path)
            if let text = template(given, parameter.name, caller) {
                bind(parameter, by: text, isInherited: given == nil, into: &scope, call)
            } else {
                bind(parameter, given: given.flatMap { known($0, parameter, call) }, into: &scope, .call(call), lanes)
            }
        }
        plan.scopes.append(scope)
        return plan.scopes.count - 1
    }

    /// Reports values for parameters that a called job does not have.
    mutating func checkNames(of values: [String: Setting], _ job: Job, place: Place?, path: String) {
        for (name, setting) in values.sorted(by: { $0.key < $1.key })
        where !job.parameters.contains(where: { $0.name == name }) {
            let hint = didYouMean(name, among: job.parameters.map(\.name))
            problems.add(
                "\(job.id) has no parameter '\(name)'\(hint)", at: setting.place ?? place,
                path: "\(path)/with/values/\(name)")
        }
    }

    /// The text with `${…}` that gives a called job's parameter: what the call says, else the caller's parameter of that name.
    private func template(_ given: Setting?, _ name: String, _ caller: Int) -> String? {
        if let given { return given.text.flatMap { $0.contains("${") ? $0 : nil } }
        let scope = plan.scopes[caller]
        let isThere = scope.laneValues.values.contains { $0[name] != nil }
        switch scope.bindings[name] {
        case nil, .value(.null)?: return isThere ? "${params.\(name)}" : nil
        case .value?, .template?: return "${params.\(name)}"
        }
    }

    private func emptyScope(_ job: Job, prefix: StepPath, parent: Int?) -> Scope {
        let outputs = Dictionary(
            job.outputs.map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { first, _ in first })
        return Scope(job: job.id, prefix: prefix, parent: parent, outputs: outputs, messages: job.messages)
    }

    /// Where a job's parameters get their values from, for messages.
    enum Giver {
        case launch(Job)
        case call(Call)
    }

    private mutating func bind(
        _ parameter: Parameter, given: Setting?, into scope: inout Scope, _ giver: Giver, _ lanes: [Int]
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
            // A value without a place was given by the option; only a default is wrong where the parameter is written.
            if case .launch = giver, let given, given.place == nil {
                return problems.add(error.message, path: "-e \(parameter.name)")
            }
            return problems.add(
                error.message, at: error.place ?? parameter.place, path: giver.path(error.path, parameter))
        }
        let missing = parameter.isFromInventory ? bindLanes(parameter, into: &scope, lanes) : lanes
        guard scope.bindings[parameter.name] == nil, !missing.isEmpty || lanes.isEmpty else { return }
        if parameter.isFromInventory, let madeUp = trial?.value(parameter) {
            scope.bindings[parameter.name] = .value(madeUp)
            return
        }
        report(missing: parameter, giver, of: missing, among: lanes)
    }

    private mutating func report(missing parameter: Parameter, _ giver: Giver, of lanes: [Int], among all: [Int]) {
        let help = parameter.help.english.isEmpty ? "" : " (\(parameter.help.english))"
        let whom = parameter.isFromInventory && lanes.count < all.count ? " for \(names(lanes))" : ""
        let ways = giver.ways(parameter, caller: { plan.scopes[$0].job })
        problems.add(
            "\(giver.job.id) needs the parameter '\(parameter.name)'\(help)\(whom), \(parameter.expectation): \(ways)",
            at: giver.place, path: giver.path("parameters/\(parameter.name)", parameter))
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

extension PlanDraft.Giver {
    var job: Job {
        switch self {
        case .launch(let job): job
        case .call(let call): call.job
        }
    }

    var place: Place? {
        switch self {
        case .launch: nil
        case .call(let call): call.place
        }
    }

    func path(_ own: String, _ parameter: Parameter) -> String {
        switch self {
        case .launch: own
        case .call(let call): "\(call.path)/with/values/\(parameter.name)"
        }
    }

    /// How the value can be given.
    func ways(_ parameter: Parameter, caller: (Int) -> JobID) -> String {
        switch self {
        case .launch: return "give it with -e \(parameter.name)=…"
        case .call(let call):
            let own = parameter.isFromInventory ? "give it in the inventory, in with.values" : "give it in with.values"
            return "\(own), or by a parameter of the same name in \(caller(call.caller))"
        }
    }
}
