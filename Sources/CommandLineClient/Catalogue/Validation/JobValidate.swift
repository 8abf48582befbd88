// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Planning
import TaskKit

/// The command `firstline job validate`.
struct JobValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Read jobs and report every problem with file, line and column.",
        discussion: """
            Without an argument, all playbooks are read. Each job is also planned for a made-up host, with stand-ins \
            for parameters that must be given: so links, task types, called jobs and ${…} are checked, too. Warnings \
            tell of texts and languages that are missing or not used, of parameters that nothing uses, and of values \
            that a script hands over without declaring them. Nothing is contacted. Ends with 0 when there are no \
            errors, else with 64.
            """)

    @Argument(
        help: ArgumentHelp("Jobs by their id, files, or directories of playbooks.", valueName: "job|file|directory"),
        completion: .file(extensions: ["yaml"]))
    var what: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether to plan each job for a made-up host.")
    var plan = true

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let registry = try loadRegistry(common)
        let reading = try ValidationReading(what, common, check: registry.problems)
        var problems = reading.problems
        for job in reading.jobs { problems += JobReview.problems(of: job, in: reading.library, registry).all }
        if plan {
            for job in reading.jobs where job.isActive {
                problems += TrialPlan(job, library: reading.library, registry: registry).problems()
            }
        }
        try report(problems.withoutRepeats.inOrder, of: reading.jobs.count)
    }

    private func report(_ problems: [Problem], of jobs: Int) throws {
        let errors = problems.count { $0.severity == .error }
        let warnings = problems.count - errors
        if common.format == .table {
            for problem in problems { say(problem.description) }
        } else {
            put(try ProblemItem.listing(problems).text(common.format), common.format)
        }
        let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }.map { amount($0.0, $0.1) }
        guard errors == 0 else { throw CommandFailure(.usage, counts.joined(separator: ", ")) }
        let summary = ([amount(jobs, "job")] + (counts.isEmpty ? ["no problems"] : counts)).joined(separator: ", ")
        if common.format == .table { put(summary + "\n") } else { say(summary) }
    }
}

extension [Problem] {
    /// The problems, each once and by the shortest way to it; a mistake in a job that many call is met with each of them.
    fileprivate var withoutRepeats: [Problem] {
        let alike = Dictionary(grouping: self) { problem in
            Problem(
                problem.message, at: problem.place, path: problem.place == nil ? problem.path : "",
                severity: problem.severity)
        }
        return alike.values.compactMap { $0.min { $0.path.count < $1.path.count } }
    }

    /// The problems file by file and from top to bottom; first those that stand nowhere.
    fileprivate var inOrder: [Problem] {
        func key(_ problem: Problem) -> (String, Int, Int, String) {
            (
                problem.place?.file ?? "", problem.place?.line ?? 0, problem.place?.column ?? 0,
                problem.path + problem.message
            )
        }
        return sorted { key($0) < key($1) }
    }
}
