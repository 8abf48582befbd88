// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

/// Looks at a job by itself, for what a plan can be made with and what is wrong all the same: texts that are missing, unused or
/// never filled, languages that are missing, values that are handed over and not declared,
/// parameters that nothing uses.
///
/// It warns only of what can be seen for certain; what a script puts together while it runs is left alone.
package struct JobReview {
    let job: Job
    /// The tasks that could be looked at, each with what its sources show.
    private(set) var tasks: [(task: JobTask, review: TaskReview)] = []
    /// Whether all tasks could be looked at.
    private(set) var isComplete = true
    /// What the tasks call; nil = not all could be looked at.
    private var calls: [JobCall]? = []
    private var problems = Problems()

    /// The warnings of a job, whose called jobs are in the library.
    package static func problems(
        of job: Job, in library: JobLibrary = JobLibrary(), _ registry: TaskTypeRegistry
    ) -> Problems {
        var review = JobReview(job, registry)
        review.checkTasks()
        review.problems.add(ParameterReview(job, calls: review.calls, in: library).problems())
        review.problems.add(LanguageReview.problems(of: job.texts))
        review.problems.add(MessageReview(review).problems())
        return review.problems
    }

    private init(_ job: Job, _ registry: TaskTypeRegistry) {
        self.job = job
        for task in job.tasks {
            guard let type = registry[task.type], checkKeys(task.settings, type.parameters).isEmpty,
                let prepared = try? PreparedTask(type, ParameterValues(task.settings))
            else {
                isComplete = false
                calls = nil
                continue
            }
            prepared.call.map { calls?.append($0) }
            var review = prepared.review()
            review.texts += thresholdTexts(task.settings)
            isComplete = isComplete && review.isWhole
            tasks.append((task, review))
        }
    }

    private mutating func checkTasks() {
        for (task, review) in tasks { problems.add(review.problems(at: "tasks/\(task.name)", task.place)) }
        for task in job.tasks {
            for entry in task.settings.entries where entry.key != "script" {
                for setting in entry.value.allSettings {
                    guard let mark = setting.text.flatMap(bracedName) else { continue }
                    problems.warn(
                        "'{{ \(mark) }}' is not filled in and stays as it is; a value is written ${params.NAME} or "
                            + "${steps.TASK.NAME}",
                        at: setting.place, path: "tasks/\(task.name)/with/\(entry.key)")
                }
            }
        }
    }
}

extension TaskReview {
    /// The warnings as problems of a task.
    func problems(at path: String, _ place: Place?) -> Problems {
        var problems = Problems()
        for warning in warnings {
            problems.warn(warning.message, at: warning.place ?? place, path: "\(path)/with/\(warning.path)")
        }
        return problems
    }
}

/// The findings of thresholds, which all task types that have them write alike.
private func thresholdTexts(_ settings: Setting) -> [TaskReview.Text] {
    guard case .list(let items)? = settings["thresholds"]?.content else { return [] }
    return items.compactMap { item in
        guard let code = item["code"]?.text, let value = item["value"]?.text else { return nil }
        return .init(.finding, code, values: [value, "value", "limit"], at: item["code"]?.place)
    }
}

/// The name in `{{ name }}`, as Ansible's templates have it; what Go's templates hold begins with a dot or is a word of theirs.
private func bracedName(_ text: String) -> String? {
    guard text.contains("{{"),
        let match = text.firstMatch(of: /\{\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*(?:\|[^}]*)?\}\}/)
    else { return nil }
    let name = String(match.output.1)
    return ["end", "else", "break", "continue"].contains(name) ? nil : name
}
