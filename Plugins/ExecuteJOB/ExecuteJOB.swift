// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// Calls another job.
///
/// In the foreground the plan shows that job in place of this task; in the background a run is started.
package struct ExecuteJOB: TaskType {
    /// What a task wrote, decoded.
    package struct Parameters: Sendable {
        let call: JobCall
    }

    /// How the called job must end for the call to be OK.
    private enum Expectation: String, CaseIterable { case ok, error }

    package let name: TaskTypeName = "ExecuteJOB"
    package let summary = Localized([
        .english: "Calls another job.", .korean: "다른 JOB을 실행합니다.", .japanese: "別のジョブを実行します。",
    ])
    package let parameters = [
        ParameterSpec("job", .value(.text), required: true, "The job's id, such as mw.nginx.stop."),
        ParameterSpec(
            "values", .any, secrets: .passedOn,
            "Values for its parameters, by name. What is left out comes from the caller's, but not in the background."),
        ParameterSpec("background", .value(.bool), "Start a run of its own and go on. Default false."),
        ParameterSpec(
            "expect", .value(.choice), choices: ["ok", "error"],
            "How it must end for this task to be OK. Default ok."),
        ParameterSpec(
            "concurrent", .value(.bool), "Whether it may run while another run of it exists. Default true."),
    ]
    package let defaultPlacement = Placement.each
    package let needsTarget = false
    package let defaultEffect = Effect.change

    package init() {}

    package var example: String { String(decoding: PackageResources.Example_yaml, as: UTF8.self) }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Parameters {
        for key in ["job", "background", "expect", "concurrent"] where values.isPending(key) {
            throw ParameterError(
                key, "must be known while planning and cannot hold ${…}", at: values.setting(key)?.place)
        }
        let job = try values.text("job")
        guard !job.isEmpty else { throw values.missing("job") }
        var call = JobCall(job: JobID(job), values: try readValues(values))
        call.expects = try values.choice("expect", default: Expectation.ok) == .ok ? .ok : .error
        call.allowsConcurrentRuns = try values.flag("concurrent", default: true)
        let isBackground = try values.flag("background", default: false)
        guard !isBackground || call.expects == .ok else {
            throw ParameterError("expect", "means nothing in the background", at: values.setting("expect")?.place)
        }
        call.isInBackground = isBackground
        return Parameters(call: call)
    }

    private func readValues(_ values: ParameterValues) throws(ParameterError) -> [String: Setting] {
        guard let setting = values.setting("values"), setting.content != .empty else { return [:] }
        guard case .map(let entries) = setting.content else {
            throw ParameterError("values", "must be a map, not \(setting.kind)", at: setting.place)
        }
        return Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    package func call(_ parameters: Parameters) -> JobCall? { parameters.call }

    package func preview(_ parameters: Parameters) -> [PlannedAction] {
        [
            PlannedAction(
                parameters.call.isInBackground ? "start a run of \(parameters.call.job)" : "call \(parameters.call.job)"
            )
        ]
    }

    /// Starts the run; asked only in the background, because a call in the foreground is a part of the plan.
    package func run(_ parameters: Parameters, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        guard parameters.call.isInBackground else {
            throw TaskFailure(
                .badValue, "the call of \(parameters.call.job) was not expanded in the plan; plan it again")
        }
        return .startJob(parameters.call)
    }
}
