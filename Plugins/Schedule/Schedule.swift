// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// Says when its job starts by itself, and does nothing when it runs.
///
/// The rules are read where schedules are; without properties, or with `adHoc`, the job is not scheduled.
package struct Schedule: TaskType {
    /// Nothing that matters while it runs.
    package struct Parameters: Sendable {
        /// Whether the job starts by itself.
        let isScheduled: Bool
    }

    package let name: TaskTypeName = "Schedule"
    package let summary = Localized([
        .english: "Says when the job starts by itself.", .korean: "JOB이 스스로 시작할 때를 정합니다.",
        .japanese: "ジョブが自動で開始する時を定めます。",
    ])
    package let parameters = [
        ParameterSpec("rules", .any, "When it starts: a list of rules as in a file of schedules."),
        ParameterSpec("calendar", .any, "The operating-day calendar it goes by. Default: every day is open."),
        ParameterSpec("zone", .any, "The time zone, such as Asia/Seoul. Default: that of the controller."),
        ParameterSpec(
            "system", .value(.choice), choices: ["24h", "48h"], "Whether 25:00 belongs to its own day (48h)."),
        ParameterSpec("on", .any, "The selection of targets, as on the command line."),
        ParameterSpec("except", .any, "Which of those not."),
        ParameterSpec("values", .any, "The values given to the job."),
        ParameterSpec("missed", .any, "What is done about missed starts: skip, run-once (the default) or run-all."),
        ParameterSpec(
            "overlap", .value(.choice), choices: ["skip", "queue-one", "allow", "stop-old"],
            "What is done when the run before has not ended."),
        ParameterSpec("exclusive", .any, "Schedules on whose business days it does not run."),
        ParameterSpec(
            "watch", .any, "By when its starts should begin and end, and how long they should take: an event otherwise."
        ),
        ParameterSpec(
            "called", .value(.choice), choices: ["always", "own-days"],
            "With own-days the job does not start by itself: the rules say on which business days it takes part in jobs that call it."
        ),
        ParameterSpec("adHoc", .value(.bool), "The job is started by people only, whatever the rules say."),
    ]

    package init() {}

    package var example: String { String(decoding: PackageResources.Example_yaml, as: UTF8.self) }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Parameters {
        let isAdHoc = try values.flag("adHoc", default: false) || values.setting("called")?.text == "own-days"
        return Parameters(isScheduled: !isAdHoc && values.setting("rules") != nil)
    }

    package func preview(_ parameters: Parameters) -> [PlannedAction] {
        [PlannedAction(parameters.isScheduled ? "nothing: it says when the job starts by itself" : "nothing")]
    }

    package func run(_ parameters: Parameters, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        .succeeded(Report())
    }
}
