// SPDX-License-Identifier: Apache-2.0

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
    /// Why playbooks and folders were left out.
    package var unread = Problems()

    package init(registry: TaskTypeRegistry, jobs: JobLibrary, inventory: Inventory, schedules: ScheduleBook) {
        self.registry = registry
        self.jobs = jobs
        self.inventory = inventory
        self.schedules = schedules
    }

    /// Plans a job for hosts of the inventory.
    package func plan(
        _ job: JobID, on: String?, except: String?, values: [String: Setting], pace: Pace = Pace()
    ) throws(Problems) -> Plan {
        let selection = try Selection(on: on, except: except, in: inventory)
        return try plan(PlanRequest(job: job, selection: selection, values: values, pace: pace))
    }

    /// Plans what a start of a business day does: called jobs take part as their own days say.
    package func plan(_ job: JobID, _ work: SlotWork, on day: Day) throws(Problems) -> Plan {
        let selection = try Selection(on: work.on, except: work.except, in: inventory)
        var request = PlanRequest(job: job, selection: selection, values: work.values)
        (request.leftOut, request.day) = (schedules.leftOut(on: day), day)
        return try plan(request)
    }

    /// Plans a job for targets that are known already.
    package func plan(_ request: PlanRequest) throws(Problems) -> Plan {
        try Planner(library: jobs, inventory: inventory, registry: registry).plan(request).plan
    }
}

extension Books {
    /// What they hold, in words.
    package var words: String {
        let parts = [
            amount(jobs.all.count, "job"), amount(inventory.hosts.count, "host"),
            amount(schedules.all.count, "schedule"),
        ]
        return parts.joined(separator: ", ")
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
