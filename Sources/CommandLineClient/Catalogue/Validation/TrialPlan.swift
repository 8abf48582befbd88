// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import TaskKit

/// Plans a job for a made-up host, to find what only planning finds.
struct TrialPlan {
    private let job: Job
    private let library: JobLibrary
    private let planner: Planner

    init(_ job: Job, library: JobLibrary, registry: TaskTypeRegistry) {
        self.job = job
        self.library = library
        let inventory = StandInInventory(for: job, library).inventory
        planner = Planner(library: library, inventory: inventory, registry: registry)
    }

    /// What is wrong with the job, each with a place.
    func problems() -> [Problem] {
        let (values, unfilled) = StandInValues.values(of: job)
        guard unfilled.isEmpty else { return unfilled.map(cannotTry) }
        var request = PlanRequest(
            job: job.id, selection: Selection(targets: [StandInInventory.target]), values: values)
        request.trial = PlanRequest.Trial(madeUp: Set(values.keys), value: StandInValues.checkedValue)
        do throws(Problems) {
            return try planner.plan(request).warnings.all.map(placed)
        } catch {
            return error.all.filter { !isAboutMadeUpHosts($0) }.map(placed)
        }
    }

    private func placed(_ problem: Problem) -> Problem {
        guard problem.place == nil else { return problem }
        return Problem(problem.message, at: job.place, path: problem.path, severity: problem.severity)
    }

    private func cannotTry(_ parameter: Parameter) -> Problem {
        Problem(
            "is not planned: no stand-in is found for the parameter '\(parameter.name)'",
            at: parameter.place ?? job.place,
            path: "parameters/\(parameter.name)", severity: .warning)
    }

    /// A selection that can be read but finds none of the made-up hosts may well find real ones.
    private func isAboutMadeUpHosts(_ problem: Problem) -> Bool {
        guard problem.path.hasSuffix("/on") else { return false }
        let task = library.all.flatMap(\.tasks).first { $0.place == problem.place }
        guard case .selector(let text)? = task?.placement else { return false }
        return (try? Selector(text)) != nil
    }
}
