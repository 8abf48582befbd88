// SPDX-License-Identifier: Apache-2.0

package import APIContract
package import Model
package import Planning
package import Scheduling
import Synchronization
package import TaskKit

/// What work is planned from: read from files together, and replaced together.
package struct Books: Sendable {
    package var registry: TaskTypeRegistry
    package var jobs: JobLibrary
    package var inventory: Inventory
    package var schedules: ScheduleBook
    /// Why playbooks and folders are left out, and why calendars, schedules, windows and freezes stand still.
    package var unread = Problems()

    package init(registry: TaskTypeRegistry, jobs: JobLibrary, inventory: Inventory, schedules: ScheduleBook) {
        self.registry = registry
        self.jobs = jobs
        self.inventory = inventory
        self.schedules = schedules
        unread.add(schedules.faults.problems)
    }

    /// Plans a job for hosts of the inventory.
    package func plan(
        _ job: JobID, on: String?, except: String?, values: [String: Setting], pace: Pace = Pace()
    ) throws(Problems) -> Plan {
        let selection = try Selection(ofRun: on, except: except, in: inventory)
        return try plan(PlanRequest(job: job, selection: selection, values: values, pace: pace))
    }

    /// Plans what a start of a business day does: called jobs take part as their own days say.
    ///
    /// - Returns: The plan, and warnings if there are any.
    package func plan(
        _ job: JobID, _ work: SlotWork, on day: Day
    ) throws(Problems) -> (plan: Plan, warnings: Problems) {
        let selection = try Selection(ofRun: work.on, except: work.except, in: inventory)
        var request = PlanRequest(job: job, selection: selection, values: work.values)
        (request.leftOut, request.day) = (schedules.leftOut(on: day), day)
        return try planner.plan(request)
    }

    /// Plans a job for targets that are known already.
    package func plan(_ request: PlanRequest) throws(Problems) -> Plan {
        try planner.plan(request).plan
    }

    var planner: Planner { Planner(library: jobs, inventory: inventory, registry: registry) }
}

extension Books {
    /// How much they hold.
    package var counts: FilesRead {
        FilesRead(jobs: jobs.all.count, hosts: inventory.hosts.count, schedules: schedules.all.count)
    }
}

/// The books in use, for whoever plans; others may be put in their place at any time.
package final class Bookshelf: Sendable {
    private let books: Mutex<Books>

    package init(_ books: Books) { self.books = Mutex(books) }

    package var current: Books {
        get { books.withLock { $0 } }
        set { books.withLock { $0 = newValue } }
    }
}
