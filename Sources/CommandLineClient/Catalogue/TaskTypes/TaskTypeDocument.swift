// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// A task type as programs see it.
struct TaskTypeDocument: Encodable, Sendable {
    struct Parameter: Encodable, Sendable {
        let name: String
        let shape: String
        let required: Bool
        let choices: [String]?
        let help: Localized
    }

    struct Output: Encodable, Sendable {
        let name: String
        let type: ValueKind
        let help: Localized
    }

    let name: TaskTypeName
    let summary: Localized
    /// Where it runs unless a task says otherwise.
    let on: String
    /// What it does unless a task says otherwise.
    let effect: Effect
    /// Whether it came from a folder of external task types.
    let external: Bool
    let parameters: [Parameter]
    let outputs: [Output]
    let example: String

    init(_ type: any TaskType, isExternal: Bool) {
        name = type.name
        summary = type.summary
        on = type.defaultPlacement.written
        effect = type.defaultEffect
        external = isExternal
        example = type.example
        parameters = type.parameters.map { spec in
            Parameter(
                name: spec.name, shape: spec.shape.written, required: spec.isRequired,
                choices: spec.choices.isEmpty ? nil : spec.choices, help: spec.help)
        }
        outputs = type.outputs.map { Output(name: $0.name, type: $0.kind, help: $0.help) }
    }

    /// All task types, by name.
    static func all(_ options: CommonOptions) throws -> [TaskTypeDocument] {
        let shipped = Set(try Wiring.required().taskTypes.map(\.name))
        return try loadRegistry(options).all.map { TaskTypeDocument($0, isExternal: !shipped.contains($0.name)) }
    }
}

extension ParameterSpec.Shape {
    /// In a word.
    fileprivate var written: String {
        switch self {
        case .value(let kind): kind.rawValue
        case .values: "list"
        case .map: "map"
        case .any: "anything"
        case .verbatim: "text, never filled in"
        case .expression: "expression"
        }
    }
}
