// SPDX-License-Identifier: Apache-2.0

package import Model

extension Planner {
    /// A warning about a schedule that names no hosts although its job works on hosts; nil where it has what it needs, starts
    /// nothing by itself, or has no job.
    package func lackOfHosts(_ schedule: ScheduleDefinition) -> Problem? {
        guard schedule.isEnabled, schedule.on?.allSatisfy(\.isWhitespace) ?? true, library[schedule.job] != nil else {
            return nil
        }
        do throws(Problems) {
            let nothing = try Selection(ofRun: nil, except: schedule.except, in: inventory)
            _ = try plan(PlanRequest(job: schedule.job, selection: nothing, values: schedule.values))
            return nil
        } catch {
            guard error == Selection.missing else { return nil }
            let text = Sentence(
                "names no hosts, and the job {job} works on hosts; write 'on', such as on: all", ["job": schedule.job])
            return Problem(text, at: schedule.place, path: "schedules/\(schedule.name)", severity: .warning)
        }
    }
}
