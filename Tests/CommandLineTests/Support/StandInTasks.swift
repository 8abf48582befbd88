// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// A task type with nothing behind it: it has a name, parameters and an effect, and calls a job where it is told to.
struct StandInTask: TaskType {
    let name: TaskTypeName
    var summary: Localized = "Does nothing."
    var parameters: [ParameterSpec] = [ParameterSpec("program", .value(.path), "The program.")]
    var outputs: [OutputSpec] = []
    var defaultPlacement = Placement.each
    var defaultEffect = Effect.change
    var example = "tasks: {}\n"

    func decode(_ values: ParameterValues) throws(ParameterError) -> ParameterValues { values }

    func call(_ parameters: ParameterValues) -> JobCall? {
        parameters.setting("job")?.text.map { JobCall(job: JobID($0)) }
    }

    func run(_ parameters: ParameterValues, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        throw TaskFailure(.rejected, "a stand-in is never run")
    }

    /// Task types by the names the test playbooks use.
    static let all: [StandInTask] = [
        StandInTask(
            name: "RunProgram",
            summary: Localized([
                .english: "Runs a program on every target.", .korean: "대상마다 프로그램을 실행합니다.",
                .japanese: "対象ごとにプログラムを実行します。",
            ]),
            parameters: [
                ParameterSpec("program", .value(.path), required: true, "The program."),
                ParameterSpec("mode", .value(.choice), choices: ["fast", "slow"], "How."),
            ],
            outputs: [OutputSpec("output", .text, "What it wrote.")],
            example: "# Runs a program.\ntasks:\n  up:\n    type: RunProgram\n    with: {program: /usr/bin/uptime}\n"),
        StandInTask(name: "ExecuteJOB", parameters: [ParameterSpec("job", .value(.text), required: true, "The job.")]),
        StandInTask(
            name: "HOLD", parameters: [ParameterSpec("message", .any, "What to ask.")], defaultPlacement: .controller,
            defaultEffect: .check),
        StandInTask(
            name: "Condition", parameters: [ParameterSpec("when", .expression, "The condition.")], defaultEffect: .check
        ),
        StandInTask(
            name: "HTTPCheck", parameters: [ParameterSpec("token", .value(.text), secrets: .revealed, "A secret.")],
            defaultPlacement: .controller, defaultEffect: .check),
        StandInTask(name: "Start", parameters: [], defaultEffect: .check),
        StandInTask(
            name: "Schedule",
            parameters: ["rules", "calendar", "zone", "on", "adHoc"].map {
                ParameterSpec($0, .any, "A part of a schedule.")
            },
            defaultEffect: .check),
    ]
}
