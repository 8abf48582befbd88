// SPDX-License-Identifier: Apache-2.0

import Model

extension JobReader {
    private static let taskKeys =
        [
            "type", "title", "with", "on", "after", "join", "require", "effect", "account", "become", "timeLimit",
            "onTimeLimit", "retry", "errorReflection",
        ] + paceKeys
    /// The task type that calls a job; only it has a pace.
    static let callType: TaskTypeName = "ExecuteJOB"

    /// Reads the tasks of a job, in order, and how they are linked.
    mutating func tasks(_ field: Field) -> [JobTask] {
        if case .list = field.setting.content {
            field.report("must be a map of names to tasks, such as stop: {type: …}, not a list", &problems)
            return []
        }
        guard let entries = field.entries(&problems) else { return [] }
        if entries.isEmpty { field.report("a job needs at least one task", &problems) }
        var tasks: [JobTask] = []
        for (name, field) in entries {
            checkName(name, of: field)
            tasks.append(task(name, field))
        }
        checkLinks(of: tasks, field)
        checkSchedules(tasks)
        return tasks
    }

    /// A job has one schedule of its own at most, whose rules are read with the job.
    private mutating func checkSchedules(_ tasks: [JobTask]) {
        let schedules = tasks.filter { $0.type == ScheduleReader.taskType }
        for task in schedules { problems.add(ScheduleReader.problems(of: task)) }
        for task in schedules.dropFirst() {
            problems.add(
                "the job has a schedule already: '\(schedules[0].name)'", at: task.place, path: "tasks/\(task.name)")
        }
    }

    /// Reads one task; one that cannot be read still stands for its name, so that links to it are not reported as well.
    private mutating func task(_ name: String, _ field: Field) -> JobTask {
        var task = JobTask(name: TaskName(name), type: "", place: field.keyPlace)
        guard let record = Record(field, "a task", keys: Self.taskKeys, hint: ForeignWords.hint(forTask:), &problems)
        else {
            return task
        }
        if let type = record.required("type", &problems)?.text(&problems) { task.type = TaskTypeName(type) }
        task.title = record["title"]?.localized(&problems)
        if let with = record["with"] { task.settings = settings(with) }
        readFlow(record, into: &task)
        readManner(record, into: &task)
        readLimits(record, into: &task)
        readCallPace(record, into: &task)
        return task
    }

    private mutating func readFlow(_ record: Record, into task: inout JobTask) {
        if let field = record["after"] { task.after = links(field) }
        if let join = record["join"]?.choice(Join.self, &problems) { task.join = join }
        if let field = record["require"], let requirement = requirement(field) { task.requirement = requirement }
        if let reflects = record["errorReflection"]?.flag(&problems) { task.reflectsError = reflects }
    }

    private mutating func readManner(_ record: Record, into task: inout JobTask) {
        if let on = record["on"]?.text(&problems) { task.placement = placement(on) }
        task.effect = record["effect"]?.choice(Effect.self, &problems)
        task.become = record["become"].flatMap { become($0) }
        if let account = record["account"], account.text(&problems) != nil { task.account = account.setting }
    }

    private mutating func readLimits(_ record: Record, into task: inout JobTask) {
        task.timeLimit = record["timeLimit"].flatMap { duration($0) }
        if let action = record["onTimeLimit"]?.choice(LimitAction.self, &problems) { task.onTimeLimit = action }
        guard let field = record["retry"] else { return }
        if field.setting.text != nil {
            return field.report("must be a map such as {times: 3, delay: 10s}, not a single value", &problems)
        }
        guard let retry = Record(field, "retry", keys: ["times", "delay"], &problems) else { return }
        task.retryTimes = retry.required("times", &problems).flatMap { count($0) }
        task.retryDelay = retry["delay"].flatMap { duration($0) }
    }

    private mutating func readCallPace(_ record: Record, into task: inout JobTask) {
        guard task.type != Self.callType else { return readPace(record, into: &task.pace) }
        for key in Self.paceKeys {
            record[key]?.report("only a task of type \(Self.callType) has '\(key)'", &problems)
        }
    }

    /// How another account is taken; Ansible says by `become: true` that one is.
    private mutating func become(_ field: Field) -> Become? {
        guard let text = field.setting.text, ["true", "yes", "True"].contains(text) else {
            return field.choice(Become.self, &problems)
        }
        field.report(
            "must be sudo (the default) or su, not '\(text)'; the account itself is written account: root", &problems)
        return nil
    }

    private func placement(_ text: String) -> Placement {
        switch text {
        case "each": .each
        case "controller": .controller
        default: .selector(text)
        }
    }

    private mutating func requirement(_ field: Field) -> Requirement? {
        guard let text = field.text(&problems) else { return nil }
        switch text {
        case "all": return .all
        case "any": return .any
        default:
            if case .percent(let share)? = Pace.Amount(text) { return .percent(share) }
            field.report("must be 'all', 'any' or a share such as 80%, not '\(text)'", &problems)
            return nil
        }
    }

    /// A duration that may wait for a run to be filled in.
    private mutating func duration(_ field: Field) -> Setting? {
        field.isTemplate || field.duration(&problems) != nil ? field.setting : nil
    }

    /// A count that may wait for a run to be filled in.
    private mutating func count(_ field: Field) -> Setting? {
        field.isTemplate || field.integer(0...Int.max, &problems) != nil ? field.setting : nil
    }

    private mutating func settings(_ field: Field) -> Setting {
        guard field.entries(&problems) != nil else { return Setting(.map([]), at: field.place) }
        return scripts.filledIn(field, &problems)
    }
}

extension Field {
    /// Whether the value still holds `${…}`.
    var isTemplate: Bool { setting.text?.contains("${") ?? false }
}
