// SPDX-License-Identifier: Apache-2.0

import Expressions
package import Model
package import TaskKit

/// Compares a value, and goes on by the OK links if that holds, by the ERROR links if not.
package struct CompareValue: TaskType {
    package let name: TaskTypeName = "CompareValue"
    package let summary = Localized([
        .english: "Takes one of two ways by comparing a value.",
        .korean: "값을 비교하여 두 갈래 중 하나로 진행합니다.",
        .japanese: "値を比較し、二つの経路の一方へ進みます。",
    ])
    package let parameters = [
        ParameterSpec("value", .any, required: true, "The value, such as ${steps.check.offset_ms}."),
        ParameterSpec(
            "operator", .value(.choice), required: true, choices: Comparison.Relation.allCases.map(\.rawValue),
            "How it is compared."),
        ParameterSpec(
            "to", .values, required: true, "What it is compared with: one value, two for between, a list for in."),
        ParameterSpec(
            "as", .value(.choice), choices: ["auto"] + Comparison.Kind.allCases.map(\.rawValue),
            "How both are read. Default auto: by type; a text as written, even if it looks like a number. Versions: version."
        ),
    ]
    package let outputs = [OutputSpec("result", .bool, "Whether the comparison held.")]
    /// On every lane, because the outputs of a lane's own steps are known only there.
    package let defaultPlacement = Placement.each
    package let needsTarget = false
    package let branches = true

    package init() {}

    package var example: String { String(decoding: PackageResources.Example_yaml, as: UTF8.self) }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Parameters { try Parameters(values) }

    package func preview(_ parameters: Parameters) -> [PlannedAction] { [PlannedAction(parameters.words)] }

    package func run(_ parameters: Parameters, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        guard let comparison = parameters.comparison else {
            throw TaskFailure(.badValue, "'\(parameters.words)' still waits for a value")
        }
        do throws(EvaluationError) {
            let result = try comparison.holds(for: parameters.value)
            return .branch(result, Report(outputs: ["result": .bool(result)]))
        } catch {
            throw TaskFailure(.evaluation, "'\(parameters.words)' cannot be decided: \(error.description)")
        }
    }
}
