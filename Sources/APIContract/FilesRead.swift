// SPDX-License-Identifier: Apache-2.0

package import Model

/// What files of jobs, hosts and schedules hold, and what of it is not used or would not work.
package struct FilesRead: Codable, Hashable, Sendable {
    package var jobs: Int
    package var hosts: Int
    package var schedules: Int
    /// Errors say what is left out or stands still, warnings what would not work as things are.
    package var problems: [Problem]

    package init(jobs: Int, hosts: Int, schedules: Int, problems: [Problem] = []) {
        self.jobs = jobs
        self.hosts = hosts
        self.schedules = schedules
        self.problems = problems
    }

    /// Whether anything is left out or stands still.
    package var isIncomplete: Bool { problems.contains { $0.severity == .error } }
}
