// SPDX-License-Identifier: Apache-2.0

package import Expressions
package import Model
package import TaskKit

/// Goes on by the OK links if an expression is true, by the ERROR links if it is false.
package struct Condition: TaskType {
    package let name: TaskTypeName = "Condition"
    package let summary = Localized([
        .english: "Takes one of two ways by an expression.",
        .korean: "조건식에 따라 두 갈래 중 하나로 진행합니다.",
        .japanese: "条件式により二つの経路の一方へ進みます。",
    ])
    package let parameters = [
        ParameterSpec(
            "when", .expression, required: true,
            "An expression over outcomes, outputs, parameters and host facts, such as steps.check.level == 'ok'.")
    ]
    package let outputs = [OutputSpec("result", .bool, "Whether the expression was true.")]
    /// On every lane, because host facts and the outputs of a lane's own steps are known only there.
    package let defaultPlacement = Placement.each
    package let needsTarget = false
    package let branches = true

    package init() {}

    package var example: String { String(decoding: PackageResources.Example_yaml, as: UTF8.self) }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Expression {
        let text = try values.text("when")
        do throws(ExpressionError) {
            return try Expression(text)
        } catch {
            throw ParameterError("when", error.description, at: values.setting("when")?.place)
        }
    }

    package func preview(_ expression: Expression) -> [PlannedAction] { [PlannedAction("when \(expression.text)")] }

    package func run(_ expression: Expression, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        do throws(EvaluationError) {
            let result = try expression.isTrue { (name: Reference) throws(EvaluationError) in
                do throws(TaskFailure) {
                    return try context.lookup(name.path)
                } catch {
                    throw EvaluationError(error.reason.message)
                }
            }
            return .branch(result, Report(outputs: ["result": .bool(result)]))
        } catch {
            throw TaskFailure(.evaluation, "'\(expression.text)' cannot be decided: \(error.description)")
        }
    }
}
