// SPDX-License-Identifier: Apache-2.0

public import Model
public import TaskKit

/// What every task type must pass, shipped or not.
///
/// The example's YAML is read by the caller, so that this library needs no YAML reader: give each task of the type under test
/// with what stands under its `with`.
public struct TaskTypeChecks: Sendable, CustomStringConvertible {
    /// The task type.
    public let type: any TaskType

    /// Makes the checks of a task type.
    public init(_ type: any TaskType) { self.type = type }

    /// The task type's name.
    public var description: String { type.name.rawValue }

    /// Passes all checks.
    ///
    /// - Parameter examples: What stands under `with` in the tasks of this type in its example.
    /// - Throws: `CheckFailure` telling the first check that was not passed.
    public func passAll(examples: [Setting]) throws(CheckFailure) {
        try describesItself()
        guard !examples.isEmpty else { throw CheckFailure("the example of \(type.name) has no task of that type") }
        for example in examples {
            try decodes(example)
            try refusesUnknownKeys(example)
            try needsWhatIsRequired(example)
        }
        try exampleShowsEveryParameter(examples)
    }

    /// A summary, and help for every parameter and output, in sentences.
    public func describesItself() throws(CheckFailure) {
        guard type.summary.english.count > 5 else { throw CheckFailure("\(type.name) has no summary") }
        var names: Set<String> = []
        for parameter in type.parameters {
            guard names.insert(parameter.name).inserted else { throw CheckFailure("\(parameter.name) is there twice") }
            guard !parameter.help.english.isEmpty else { throw CheckFailure("\(parameter.name) has no help") }
            if case .value(.choice) = parameter.shape, parameter.choices.isEmpty {
                throw CheckFailure("\(parameter.name) has no choices")
            }
        }
        for output in type.outputs where output.help.english.isEmpty {
            throw CheckFailure("\(output.name) has no help")
        }
    }

    /// The example is accepted, as written.
    public func decodes(_ example: Setting) throws(CheckFailure) {
        if let error = checkKeys(example, type.parameters).first {
            throw CheckFailure("the example of \(type.name) is refused: \(error)")
        }
        do throws(ParameterError) {
            try decode(example)
        } catch {
            throw CheckFailure("the example of \(type.name) is refused: \(error)")
        }
    }

    /// A misspelled key is refused.
    public func refusesUnknownKeys(_ example: Setting) throws(CheckFailure) {
        let wrong = Setting(.map(example.entries + [.init("noSuchKey", Setting(.scalar("x", quoted: false)))]))
        guard checkKeys(wrong, type.parameters).contains(where: { $0.path == "noSuchKey" }) else {
            throw CheckFailure("\(type.name) takes an unknown key")
        }
    }

    /// Without a required parameter both the keys and the decoding are refused, and the error names it.
    public func needsWhatIsRequired(_ example: Setting) throws(CheckFailure) {
        for parameter in type.parameters where parameter.isRequired {
            let without = Setting(.map(example.entries.filter { $0.key != parameter.name }))
            guard checkKeys(without, type.parameters).contains(where: { $0.path == parameter.name }) else {
                throw CheckFailure("\(parameter.name) of \(type.name) is required but not missed")
            }
            do throws(ParameterError) {
                try decode(without)
            } catch {
                guard error.path == parameter.name else { throw CheckFailure("the error names \(error.path)") }
                continue
            }
            throw CheckFailure("\(type.name) decodes without \(parameter.name)")
        }
    }

    /// Every parameter stands in the example, because the example is the manual.
    ///
    /// Parameters that exclude each other may stand in its comments.
    public func exampleShowsEveryParameter(_ examples: [Setting]) throws(CheckFailure) {
        for parameter in type.parameters
        where !examples.contains(where: { $0[parameter.name] != nil }) && !type.example.contains(parameter.name + ":") {
            throw CheckFailure("the example of \(type.name) does not show \(parameter.name)")
        }
    }

    private func decode(_ settings: Setting) throws(ParameterError) {
        let type: any TaskType = type
        _ = try PreparedTask(type, ParameterValues(settings))
    }
}
