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
    /// What it would do.
    public let preview: [PlannedAction]
    /// The job it calls in the foreground.
    public let call: JobCall?
    /// Does the work.
    public let run: @Sendable (TaskContext) async throws(TaskFailure) -> TaskOutcome

    /// Decodes a task's parameters.
    ///
    /// - Throws: `ParameterError` naming the first thing wrong.
    public init<Kind: TaskType>(_ type: Kind, _ values: ParameterValues) throws(ParameterError) {
        let parameters = try type.decode(values)
        outputs = type.outputs + type.declaredOutputs(parameters)
        preview = type.preview(parameters)
        call = type.call(parameters)
        run = { (context: TaskContext) async throws(TaskFailure) -> TaskOutcome in
            try await type.run(parameters, in: context)
        }
    }
}
