// SPDX-License-Identifier: Apache-2.0

package import APIContract
package import Model
import Planning
import Scheduling

extension Books {
    /// What of the schedules, windows and freezes does not work as things are: a job that does not exist, a selection that finds no
    /// host, a value that is missing, a rule that never starts anything, a calendar without dates for a year that is near.
    ///
    /// Fewer are found where the task is cancelled meanwhile.
    package func hindrances(after now: Instant) -> Problems {
        var found = Problems()
        for window in schedules.windows.filter(\.isUsable).map(\.definition) where window.on != nil {
            do throws(Problems) {
                _ = try Selection(on: window.on, except: window.except, in: inventory)
            } catch {
                let path = "\(window.kind == .freeze ? "freezes" : "windows")/\(window.name)"
                let text = Sentence("it does not count for all it names: {problems}", ["problems": error.sentence])
                found.warn(text, at: window.place, path: path)
            }
        }
        for schedule in schedules.all where schedule.definition.isEnabled && !Task.isCancelled {
            if let lack = planner.lackOfHosts(schedule.definition) {
                found.warn(lack.text, at: lack.place, path: lack.path)
                continue
            }
            guard let next = schedule.timetable.next(after: now) else { continue }
            do throws(Problems) {
                _ = try plan(schedule.definition.job, schedule.definition.work, on: next.day)
            } catch {
                found.warn(
                    Sentence("it could not be run now: {problems}", ["problems": error.sentence]),
                    at: schedule.definition.place, path: "schedules/\(schedule.name)")
            }
        }
        for notice in schedules.outlook(after: now) { found.warn(notice.text, at: notice.place, path: notice.path) }
        return found
    }

    /// What the files hold, with everything that is left out, stands still or would not work.
    ///
    /// Fewer hindrances are found where the task is cancelled meanwhile.
    package func filesRead(at now: Instant) -> FilesRead {
        var read = counts
        read.problems = unread.all + hindrances(after: now).all
        return read
    }
}
