// SPDX-License-Identifier: Apache-2.0

package import Model
import Planning
import Scheduling

extension Books {
    /// What of the schedules, windows and freezes does not work as things stand: a job that is not there, a selection that finds no
    /// host, a value that is missing.
    ///
    /// Fewer are found where the task is cancelled meanwhile.
    package func hindrances(after now: Instant) -> Problems {
        var found = Problems()
        for window in schedules.windows.map(\.definition) where window.on != nil {
            do throws(Problems) {
                _ = try Selection(on: window.on, except: window.except, in: inventory)
            } catch {
                let path = "\(window.kind == .freeze ? "freezes" : "windows")/\(window.name)"
                found.warn("it does not count for all it names: \(error.words)", at: window.place, path: path)
            }
        }
        for schedule in schedules.all where schedule.definition.isEnabled && !Task.isCancelled {
            guard let next = schedule.timetable.next(after: now) else { continue }
            do throws(Problems) {
                _ = try plan(schedule.definition.job, schedule.definition.work, on: next.day)
            } catch {
                found.warn(
                    "it could not be run now: \(error.words)", at: schedule.definition.place,
                    path: "schedules/\(schedule.name)")
            }
        }
        return found
    }
}

/// What came of reading all files anew.
package struct BooksRead: Sendable, CustomStringConvertible {
    /// What they hold, in words.
    package let words: String
    /// Why playbooks and folders were left out.
    package let unread: Problems
    /// What keeps schedules from being run, as things stand.
    package let hindrances: Problems

    package var description: String {
        (["read anew: \(words)"] + (unread.all + hindrances.all).map(\.description)).joined(separator: "\n")
    }
}
