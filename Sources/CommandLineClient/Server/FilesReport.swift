// SPDX-License-Identifier: Apache-2.0

import APIContract
import Model

/// What came of reading the files a server works from: counts, and everything that is wrong.
struct FilesReport: Sendable {
    struct Item: Encodable, Sendable {
        /// Whether nothing is left out and nothing stands still.
        let complete: Bool
        let jobs: Int
        let hosts: Int
        let schedules: Int
        let problems: [ProblemItem]
    }

    struct ProblemItem: Encodable, Sendable {
        let severity: Problem.Severity
        let file: String?
        let line: Int?
        let column: Int?
        let path: String
        let message: String

        init(_ problem: Problem) {
            severity = problem.severity
            file = problem.place?.file
            line = problem.place?.line
            column = problem.place?.column
            path = problem.path
            message = problem.message
        }
    }

    let read: FilesRead

    /// Shows it to programs: one object on standard output.
    func hand(_ common: CommonOptions) throws {
        put(
            try Sheet(item: item, name: read.isIncomplete ? "incomplete" : "complete") { _ in [] }.text(common.format),
            common.format)
    }

    private var item: Item {
        Item(
            complete: !read.isIncomplete, jobs: read.jobs, hosts: read.hosts, schedules: read.schedules,
            problems: read.problems.map(ProblemItem.init))
    }
}

extension Phrases {
    /// How much a server works with.
    static func books(_ read: FilesRead, _ language: Language) -> String {
        guard language != .english else {
            let parts = [amount(read.jobs, "job"), amount(read.hosts, "host"), amount(read.schedules, "schedule")]
            return parts.joined(separator: ", ")
        }
        let counts = ["jobs": read.jobs, "hosts": read.hosts, "schedules": read.schedules]
        return text("{jobs} jobs, {hosts} hosts, {schedules} schedules", language, counts.mapValues { String($0) })
    }
}
