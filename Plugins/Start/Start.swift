// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// Marks where a job begins, and does nothing.
package struct Start: TaskType {
    package struct Parameters: Sendable {
        /// What its result says; nil = nothing.
        let note: String?
    }

    package let name: TaskTypeName = "Start"
    package let summary = Localized([
        .english: "Marks where a job begins.", .korean: "JOB의 시작을 나타냅니다.", .japanese: "ジョブの始まりを示します。",
    ])
    package let parameters = [ParameterSpec("note", .value(.text), "What its result says. Default: nothing.")]

    package init() {}

    package var example: String { String(decoding: PackageResources.Example_yaml, as: UTF8.self) }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Parameters {
        Parameters(note: try values.optionalText("note"))
    }

    package func run(_ parameters: Parameters, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        .succeeded(Report(summary: parameters.note.map { Message($0) }))
    }
}
