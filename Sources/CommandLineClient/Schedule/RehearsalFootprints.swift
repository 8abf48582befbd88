// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Model
import Planning
import Scheduling

/// What the runs of each schedule take hold of, as far as jobs and inventory tell.
struct RehearsalFootprints {
    private let common: CommonOptions
    private(set) var found: [ScheduleName: Rehearsal.Footprint] = [:]
    /// Why schedules in use could not be run: a job that does not exist, a selection that finds no host.
    private(set) var missing: [ScheduleName: Sentence] = [:]

    init(_ common: CommonOptions) { self.common = common }

    /// Looks at every schedule of a book; what could not be run is said to the person, too.
    mutating func find(in book: ScheduleBook, inventory path: String?) throws {
        let library = try loadJobs(common)
        let flow = FlowReader(library: library, registry: try loadRegistry(common))
        let known = try path != nil || configuredInventory(common) != nil ? inventory(path) : nil
        for schedule in book.all {
            let definition = schedule.definition
            guard let job = library[definition.job] else {
                miss(
                    definition, Sentence("there is no job {job}", ["job": definition.job]),
                    Sentence(
                        "warning: the schedule {schedule} starts the job {job}, which does not exist",
                        ["schedule": definition.name, "job": definition.job]))
                continue
            }
            let hosts = known.map { self.hosts(of: definition, in: $0) } ?? []
            let isChange = flow.effect(of: job) == .change
            let windows = book.windows.map(\.definition).filter { window in
                guard let known else { return window.on == nil }
                return !window.hosts(among: known).isDisjoint(with: hosts)
            }
            found[schedule.name] = .init(
                job: job.id, changedHosts: isChange ? hosts : [], allowsConcurrentRuns: job.allowsConcurrentRuns,
                windows: isChange ? Set(windows.map(\.name)) : [])
        }
    }

    private mutating func hosts(of definition: ScheduleDefinition, in inventory: Inventory) -> Set<HostName> {
        guard definition.on != nil else { return [] }
        do throws(Problems) {
            let selection = try Planning.Selection(on: definition.on, except: definition.except, in: inventory)
            return Set(selection.targets.map(\.host))
        } catch {
            let values: [String: any CustomStringConvertible] = [
                "schedule": definition.name, "problem": error.sentence,
            ]
            miss(definition, error.sentence, Sentence("warning: the schedule {schedule}: {problem}", values))
            return []
        }
    }

    private mutating func miss(_ definition: ScheduleDefinition, _ why: Sentence, _ warning: Sentence) {
        say(Phrases.text(warning, common.language))
        if definition.isEnabled { missing[definition.name] = why }
    }

    private func inventory(_ path: String?) throws -> Inventory {
        var selection = try SelectionOptions.parse([])
        selection.inventory = path
        return try loadInventory(selection, common)
    }
}
