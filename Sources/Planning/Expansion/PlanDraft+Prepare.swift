// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

// Every task's own parameters are decoded while planning, with all values that are known by then.
extension PlanDraft {
    mutating func prepare(_ index: Int, _ type: any TaskType, lanes: [Int]) {
        let step = plan.steps[index]
        let path = "tasks/\(step.path)/with"
        let errors = checkKeys(step.settings, type.parameters)
        for error in errors {
            problems.add(error.message, at: error.place ?? sources[index].task.place, path: "\(path)/\(error.path)")
        }
        setLimits(index)
        guard errors.isEmpty, let nature = nature(of: index, type, path, lanes) else { return }
        if sources[index].task.effect == nil, nature.isChange { plan.steps[index].effect = .change }
        // A call gives its values as they are written: what they are may differ from lane to lane.
        let call = nature.isCall ? prepare(step.settings, type, path, index)?.call : nil
        sources[index].outputs = nature.outputs
        sources[index].call = call
        guard let call else { return }
        // Where there are no targets, a call hands on none, although it is made once itself.
        let inner = plan.targetCount == 0 && sources[index].task.placement == nil ? [] : lanes
        if call.isInBackground {
            checkBackground(call, from: index, lanes: inner)
        } else {
            self.call(call, from: index, lanes: inner)
        }
    }

    /// What a task is on the lanes together.
    private struct Nature {
        var outputs: Set<String> = []
        var isCall = false
        var isChange = false
    }

    private mutating func nature(of index: Int, _ type: any TaskType, _ path: String, _ lanes: [Int]) -> Nature? {
        let (step, resolver) = (plan.steps[index], self.resolver)
        var nature = Nature()
        for lane in representativeLanes(step.settings.allTexts, step.scope, lanes) {
            let filled = step.settings.filled(type.parameters) {
                resolver.known($1, scope: step.scope, lane: lane, showsSecrets: $0?.secrets == .revealed)
            }
            guard let task = prepare(filled, type, path, index) else { return nil }
            if lane == lanes.first { review(task, index) }
            nature.outputs.formUnion(task.outputs.map(\.name))
            nature.isCall = task.call != nil
            nature.isChange = nature.isChange || task.effect == .change
        }
        return nature
    }

    /// One lane where every lane has the same values, else all.
    func representativeLanes(_ texts: [String], _ scope: Int, _ lanes: [Int]) -> [Int] {
        plan.representativeLanes(texts, scope, lanes)
    }

    private mutating func prepare(_ settings: Setting, _ type: any TaskType, _ path: String, _ index: Int)
        -> PreparedTask?
    {
        do throws(ParameterError) {
            return try PreparedTask(type, ParameterValues(settings))
        } catch {
            let whole = error.path.isEmpty ? path : "\(path)/\(error.path)"
            problems.add(error.message, at: error.place ?? sources[index].task.place, path: whole)
            return nil
        }
    }

    /// Warns of what a task would hand over in vain, once for each task of a job.
    private mutating func review(_ task: PreparedTask, _ index: Int) {
        let step = plan.steps[index]
        let source = sources[index].task
        guard reviewed.insert("\(plan.scopes[step.scope].job)/\(source.name)").inserted else { return }
        problems.add(task.review().problems(at: "tasks/\(step.path)", source.place))
    }

    /// Time limit and retries are the same on every lane, so that a plan can say them.
    private mutating func setLimits(_ index: Int) {
        let task = sources[index].task
        let standard = Duration.seconds(600)
        plan.steps[index].timeLimit =
            fixed(task.timeLimit, .duration, index, "timeLimit").flatMap(\.asDuration) ?? standard
        plan.steps[index].retryDelay =
            fixed(task.retryDelay, .duration, index, "retry/delay").flatMap(\.asDuration) ?? .seconds(1)
        if case .integer(let times)? = fixed(task.retryTimes, .integer, index, "retry/times") {
            if !(0...10_000).contains(times) {
                problems.add(
                    "must be between 0 and 10000", at: task.retryTimes?.place,
                    path: "tasks/\(plan.steps[index].path)/retry/times")
            }
            plan.steps[index].retryTimes = min(max(times, 0), 10_000)
        }
    }

    private mutating func fixed(_ setting: Setting?, _ kind: ValueKind, _ index: Int, _ key: String) -> Value? {
        guard let setting, let written = setting.text else { return nil }
        let step = plan.steps[index]
        let path = "tasks/\(step.path)/\(key)"
        let lanes = plan.laneSets[step.laneSet]
        let resolver = self.resolver
        guard !lanes.contains(where: { resolver.waits(written, scope: step.scope, lane: $0) }) else {
            problems.add("must be known while planning, not '\(written)'", at: setting.place, path: path)
            return nil
        }
        let texts = Set(lanes.map { (try? resolver.value(written, scope: step.scope, lane: $0))?.text ?? "" })
        // A name that leads nowhere is reported with all others.
        guard !texts.contains("") else { return nil }
        guard texts.count == 1, let text = texts.first else {
            problems.add(
                "must be the same for all targets; give the parameter at launch instead of by the inventory",
                at: setting.place, path: path)
            return nil
        }
        guard let value = kind.value(from: text) else {
            problems.add(
                "must be \(kind.expectation(insteadOf: text)), not '\(written)'", at: setting.place, path: path)
            return nil
        }
        return value
    }
}

extension Plan {
    /// One lane where every lane has the same values, else all.
    func representativeLanes(_ texts: [String], _ scope: Int, _ lanes: [Int]) -> [Int] {
        var next: Int? = scope
        while let current = next {
            if !scopes[current].laneValues.isEmpty || scopes[current].namesLanes { return lanes }
            next = scopes[current].parent
        }
        return texts.contains(where: namesLane) ? lanes : Array(lanes.prefix(1))
    }
}

extension Value {
    fileprivate var asDuration: Duration? {
        guard case .duration(let duration) = self else { return nil }
        return duration
    }
}

extension ValueResolver {
    /// A text with what is known while planning filled in; a text that waits for a step's outcome stays as it is.
    ///
    /// Of a secret a plan shows that there is one, and only where one may be.
    func known(_ text: String, scope: Int, lane: Int, showsSecrets: Bool = false) -> FilledText {
        let written = FilledText(text)
        guard text.contains("${"), let template = try? Template(text) else { return written }
        if template.references.contains(where: { waits($0, scope: scope, lane: lane) }) { return written }
        guard showsSecrets else { return (try? filled(text, scope: scope, lane: lane)) ?? written }
        return (try? filled(text, scope: scope, lane: lane) { _, _ in "•••" }) ?? written
    }

    /// Whether a text waits for what a run comes to.
    func waits(_ text: String, scope: Int, lane: Int) -> Bool {
        guard let template = try? Template(text) else { return false }
        return template.references.contains { waits($0, scope: scope, lane: lane) }
    }

    /// Whether a name's value is known only when the run has come so far.
    func waits(_ reference: Reference, scope: Int, lane: Int) -> Bool {
        switch reference.path.first {
        case "steps", "run": return true
        case "params":
            let name = reference.path.dropFirst().joined(separator: ".")
            guard case .template(let text)? = binding(name, scope: scope) else { return false }
            guard let template = try? Template(text), let parent = self.parent(of: scope) else { return false }
            return template.references.contains { waits($0, scope: parent, lane: lane) }
        default: return false
        }
    }
}

/// Whether a text may differ from lane to lane.
private func namesLane(_ text: String) -> Bool {
    text.contains("host.") || text.contains("instance.") || text.contains("target")
}

extension Scope {
    /// Whether a value that a call gives may differ from lane to lane.
    fileprivate var namesLanes: Bool {
        bindings.values.contains { if case .template(let text) = $0 { namesLane(text) } else { false } }
    }
}
