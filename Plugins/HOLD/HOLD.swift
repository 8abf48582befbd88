// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// Waits until a person lets the run go on.
package struct HOLD: TaskType {
    package let name: TaskTypeName = "HOLD"
    package let summary = Localized([
        .english: "Waits for a person to release it.",
        .korean: "담당자가 승인할 때까지 기다립니다.",
        .japanese: "担当者が解除するまで待ちます。",
    ])
    package let parameters = [
        ParameterSpec("message", .any, required: true, "What the person is asked: a text, or one per language."),
        ParameterSpec("approvers", .values, "Who may release it, by name. Default: anyone who may run the job."),
        ParameterSpec("longestWait", .value(.duration), "The longest wait; 0 = for ever (the default)."),
        ParameterSpec(
            "onExpiry", .value(.choice), choices: Hold.Expiry.allCases.map(\.rawValue),
            "What then: error (the default), skip (go on, with a warning) or kill (cancel the run)."),
    ]

    package init() {}

    package var example: String { String(decoding: PackageResources.Example_yaml, as: UTF8.self) }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Hold {
        guard let prompt = try values.localized("message") else { throw values.missing("message") }
        let approvers = try values.texts("approvers")
        guard !approvers.contains("") else {
            throw ParameterError("approvers", "holds an empty name", at: values.setting("approvers")?.place)
        }
        let wait = try values.duration("longestWait") ?? .zero
        let expiry = try values.choice("onExpiry", default: Hold.Expiry.error)
        return Hold(prompt: prompt, approvers: approvers, longestWait: wait == .zero ? nil : wait, onExpiry: expiry)
    }

    package func preview(_ hold: Hold) -> [PlannedAction] {
        let who = hold.approvers.isEmpty ? "anyone who may run the job" : hold.approvers.joined(separator: ", ")
        let wait = hold.longestWait.map { ", at most \($0.written), then \(hold.onExpiry.rawValue)" } ?? ""
        return [PlannedAction("wait for release by \(who)\(wait)")]
    }

    package func run(_ hold: Hold, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        .waitForPerson(hold)
    }
}
