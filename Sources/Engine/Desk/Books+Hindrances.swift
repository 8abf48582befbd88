// SPDX-License-Identifier: Apache-2.0

package import Model
import Scheduling

extension Books {
    /// What keeps the next starts of schedules from being planned, as things stand: a job that is not there, a selection that
    /// finds no host, a value that is missing.
    ///
    /// Fewer are found where the task is cancelled meanwhile.
    package func hindrances(after now: Instant) -> Problems {
        var found = Problems()
        for schedule in schedules.all where schedule.definition.isEnabled && !Task.isCancelled {
            guard let next = schedule.timetable.next(after: now) else { continue }
            do throws(Problems) {
                _ = try plan(schedule.definition.job, schedule.definition.work, on: next.day)
            } catch {
                let (place, path) = (schedule.definition.place, "schedules/\(schedule.name)")
                for problem in error.errors {
                    let what = problem.path.isEmpty ? problem.message : "\(problem.path): \(problem.message)"
                    found.warn("it could not be run now: \(what)", at: place, path: path)
                }
            }
        }
        return found
    }
}

/// What came of reading all files anew.
package struct BooksRead: Sendable, CustomStringConvertible {
    /// What they hold, in words.
    package let words: String
    /// What keeps schedules from being run, as things stand.
    package let hindrances: Problems

    package var description: String {
        (["read anew: \(words)"] + hindrances.all.map(\.description)).joined(separator: "\n")
    }
}
