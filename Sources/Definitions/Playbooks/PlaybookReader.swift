// SPDX-License-Identifier: Apache-2.0

package import Model

/// What somebody who knows the task types has to say of a task.
package typealias TaskCheck = @Sendable (JobTask) -> [Problem]

/// Reads a playbook: a job, or every problem that keeps it from being one.
package enum PlaybookReader {
    /// Reads a playbook's bytes.
    ///
    /// The only other files that are read are the scripts it names beside itself; they become part of the job.
    ///
    /// - Parameters:
    ///   - bytes: The playbook.
    ///   - file: Its path: problems name it, and its folder is where its scripts stand.
    ///   - id: The job's id.
    ///   - check: Asked for every task of a playbook that has problems, so that all of them are told at once. A playbook
    ///     without problems is checked by planning, which knows more.
    /// - Returns: The job, if nothing is wrong with it, and the problems; warnings may stand beside a job.
    package static func read(
        _ bytes: [UInt8], file: String, id: JobID, check: TaskCheck? = nil
    ) -> (job: Job?, problems: Problems) {
        let (document, syntax) = YAMLReader().read(bytes, file: file)
        var problems = syntax
        guard let document else { return (nil, problems) }
        var reader = JobReader(scripts: ScriptFiles(folder: Paths.folder(of: file)))
        let job = reader.job(Field(document), id: id)
        problems.add(reader.problems)
        if problems.hasErrors, let check, let job {
            // Of a key with a mistake its task type sees nothing, or what is not there any more.
            let known = Set(problems.errors.map { keyOfTask($0.path) })
            for problem in job.tasks.flatMap(check) {
                let key = keyOfTask(problem.path)
                guard !known.contains(key), !known.contains(key.prefix(3)) else { continue }
                problems.add(problem.message, at: problem.place, path: problem.path)
            }
        }
        return (problems.hasErrors ? nil : job, problems.arranged(for: file))
    }

    /// Reads a playbook's text.
    package static func read(_ text: String, file: String, id: JobID) -> (job: Job?, problems: Problems) {
        read(Array(text.utf8), file: file, id: id)
    }

    /// Reads a playbook's file.
    package static func read(path: String, id: JobID, check: TaskCheck? = nil) -> (job: Job?, problems: Problems) {
        do {
            return read(try Files.read(path, limit: SourceText.largestSize), file: path, id: id, check: check)
        } catch {
            return (nil, Problems("\(path) \(error.message)"))
        }
    }
}

/// The part of a path that names one key of a task, such as `tasks/stop/with/script`.
private func keyOfTask(_ path: String) -> ArraySlice<Substring> { path.split(separator: "/").prefix(4) }
