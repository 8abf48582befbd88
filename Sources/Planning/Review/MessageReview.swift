// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// Compares the texts under `messages` with what the tasks report.
struct MessageReview {
    private let job: Job
    private let isComplete: Bool
    private let uses: [String: [Use]]
    private let sources: MessageSources

    private struct Use {
        let text: TaskReview.Text
        let task: TaskName
    }

    init(_ review: JobReview) {
        job = review.job
        isComplete = review.isComplete
        let uses = review.tasks.flatMap { task in task.review.texts.map { Use(text: $0, task: task.task.name) } }
        self.uses = Dictionary(grouping: uses) { $0.text.id }
        let settings = review.job.tasks.flatMap(\.settings.entries).filter { $0.key != "script" }
        sources = MessageSources(
            review.tasks.flatMap(\.review.sources)
                + settings.filter { !["thresholds", "summary"].contains($0.key) }.flatMap(\.value.allTexts)
                + review.job.parameters.flatMap { $0.choices + [$0.defaultValue?.text ?? ""] })
    }

    func problems() -> Problems {
        var problems = Problems()
        for (id, uses) in uses.sorted(by: { $0.key < $1.key }) where job.messages[id] == nil && !Self.own.contains(id) {
            if let use = uses.first { report(use, &problems) }
        }
        // What a task reports that could not be looked at is not known.
        guard isComplete else { return problems }
        for text in job.texts where text.path.hasPrefix("messages/") {
            let id = String(text.path.dropFirst("messages/".count))
            if Self.own.contains(id) { continue }
            if isUsed(id) {
                checkNames(of: text, id, &problems)
            } else {
                problems.warn(
                    "no task of this job reports '\(id)'; delete the text, or correct its name\(didYouMean(id, among: unnamed))",
                    at: text.place, path: text.path)
            }
        }
        return problems
    }

    /// Codes and ids that the product reports by itself.
    private static let own: Set<String> = ["VALUE-MISSING", "released", "set-ok", "rebooted", "run-started"]

    /// The codes and ids without a text.
    private var unnamed: [String] { uses.keys.filter { job.messages[$0] == nil }.sorted() }

    private func isUsed(_ id: String) -> Bool { uses[id] != nil || sources.mayMake(id) }

    private func report(_ use: Use, _ problems: inout Problems) {
        let (id, path) = (use.text.id, "tasks/\(use.task)/with")
        guard id.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
            // A summary may be its own text, which is not filled.
            if id.contains("{"), !id.contains("${") {
                problems.warn(
                    "a text with {name} is filled only under messages; write it there, and its id here",
                    at: use.text.place, path: path)
            }
            return
        }
        let meant = didYouMean(id, among: job.messages.keys.sorted(), orElse: "; add messages: {\(id): {en: …}}")
        problems.warn(
            "the \(use.text.kind.rawValue) '\(id)' has no text under messages, so people read '\(id)' and its values\(meant)",
            at: use.text.place, path: path)
    }

    /// Reports each `{name}` of a text that nothing fills.
    private func checkNames(of text: WrittenText, _ id: String, _ problems: inout Problems) {
        let (uses, isUnclear) = (uses[id] ?? [], sources.mayMake(id))
        for name in text.text.names.sorted() {
            let lacking = uses.filter { !($0.text.values?.contains(name) ?? true) }
            if lacking.count == uses.count, !isUnclear || !sources.mayName(name) {
                problems.warn(
                    "nothing fills {\(name)}: what reports '\(id)' gives no \(name)=…, so people read {\(name)}",
                    at: text.place, path: text.path)
            } else {
                for use in lacking where use.text.values != nil {
                    problems.warn(
                        "'\(id)' is reported without \(name)=… here, and its text has {\(name)}",
                        at: use.text.place, path: "tasks/\(use.task)/with")
                }
            }
        }
    }
}
