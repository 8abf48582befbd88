// SPDX-License-Identifier: Apache-2.0

public import Model

/// A name was given to two task types.
public struct RegistryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let name: TaskTypeName
    /// What to do.
    public var description: String { "the task type name \(name) is used twice; a built-in name cannot be taken" }
}

/// The task types there are, by name.
///
/// Made once at start and never changed.
public struct TaskTypeRegistry: Sendable {
    private var types: [TaskTypeName: any TaskType] = [:]

    /// Makes a registry; a name may be used once.
    public init(_ types: [any TaskType]) throws(RegistryError) {
        for type in types {
            guard self.types.updateValue(type, forKey: type.name) == nil else { throw RegistryError(name: type.name) }
        }
    }

    /// The task type of a name.
    public subscript(name: TaskTypeName) -> (any TaskType)? { types[name] }

    /// All task types, by name.
    public var all: [any TaskType] { types.values.sorted { $0.name < $1.name } }
}

/// A task type with a task's parameters decoded: ready to be shown or run.
public struct PreparedTask: Sendable {
    /// The outputs it will hand over.
    public let outputs: [OutputSpec]
    /// What it does to its host unless the task says so itself.
    public let effect: Effect
    /// What it would do.
    public let preview: [PlannedAction]
    /// The job it calls.
    public let call: JobCall?
    /// Looks at its sources; made when it is asked for, because a run has no use for it.
    public let review: @Sendable () -> TaskReview
    /// Does the work.
    public let run: @Sendable (TaskContext) async throws(TaskFailure) -> TaskOutcome

    /// Decodes a task's parameters.
    ///
    /// - Throws: `ParameterError` naming the first thing wrong.
    public init<Kind: TaskType>(_ type: Kind, _ values: ParameterValues) throws(ParameterError) {
        let parameters = try type.decode(values)
        outputs = type.outputs + type.declaredOutputs(parameters)
        effect = type.effect(parameters)
        preview = type.preview(parameters)
        call = type.call(parameters)
        review = { type.review(parameters) }
        run = { (context: TaskContext) async throws(TaskFailure) -> TaskOutcome in
            try await type.run(parameters, in: context)
        }
    }
}

extension TaskTypeRegistry {
    /// What to say of a name that no task type has.
    package func unknown(_ name: TaskTypeName) -> String {
        let ours = foreignTypes.first { $0.words.contains(name.rawValue.split(separator: ".").last ?? "") }?.type
        let meant =
            ours.flatMap { self[$0] == nil ? nil : "; did you mean '\($0)'?" }
            ?? didYouMean(
                name.rawValue, among: types.keys.map(\.rawValue), orElse: "; 'firstline task-type list' shows them")
        return "there is no task type '\(name)'\(meant)"
    }

    /// What is wrong with a task by itself, whatever job and hosts it is for: its type is not known, its keys are not, or its
    /// parameters cannot be read.
    package func problems(of task: JobTask) -> [Problem] {
        let path = "tasks/\(task.name)"
        guard let type = self[task.type] else {
            return task.type == "" ? [] : [Problem(unknown(task.type), at: task.place, path: path + "/type")]
        }
        var errors = checkKeys(task.settings, type.parameters)
        do throws(ParameterError) {
            if errors.isEmpty { _ = try PreparedTask(type, ParameterValues(task.settings)) }
        } catch {
            errors.append(error)
        }
        return errors.map { error in
            Problem(
                error.message, at: error.place ?? task.place,
                path: error.path.isEmpty ? path + "/with" : "\(path)/with/\(error.path)")
        }
    }
}

/// Task types as other tools call them, by ours.
private let foreignTypes: [(type: TaskTypeName, words: Set<Substring>)] = [
    (
        "RunProgram",
        [
            "shell", "command", "script", "raw", "bash", "sh", "exec", "run", "ssh", "powershell", "win_shell",
            "win_command",
        ]
    ),
    ("HTTPCheck", ["uri", "url", "http", "https", "get_url", "curl", "webhook", "rest"]),
    ("HOLD", ["pause", "wait", "approval", "approve", "manual", "input", "gate", "prompt"]),
    ("Condition", ["assert", "when", "if", "switch", "choice", "branch", "fail"]),
    (
        "ExecuteJOB",
        [
            "include", "include_tasks", "import_tasks", "import_playbook", "include_role", "job", "jobref", "subflow",
            "trigger",
        ]
    ),
    ("Schedule", ["cron", "timer"]),
]
