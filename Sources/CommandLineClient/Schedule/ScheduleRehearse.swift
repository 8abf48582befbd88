// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Model
import Planning
import Scheduling

/// The command `firstline schedule rehearse`.
struct ScheduleRehearse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Go through a period: how often each schedule starts, and what would hinder which start.",
        discussion: """
            Two starts clash when their runs would change the same hosts, or are of one job that allows one run at a time. A start is \
            hindered when a freeze or a closed maintenance window is about hosts it would change. The hosts are those of the inventory; \
            without one, only jobs are compared, and only windows that are about all hosts count. Ends with 1 when something clashes or is \
            hindered.
            """)

    @Option(help: ArgumentHelp("The first business day; usual: today.", valueName: "YYYY-MM-DD"))
    var from: String?

    @Option(help: ArgumentHelp("The last one; usual: a year later.", valueName: "YYYY-MM-DD"))
    var to: String?

    @Option(help: ArgumentHelp("How long a run is taken to last.", valueName: "duration"))
    var takes = "10m"

    @Flag(help: "List every start instead.")
    var all = false

    @OptionGroup var options: ScheduleOptions
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Inventory; usual: the configured one, if there is one.", valueName: "file"),
        completion: .file())
    var inventory: String?
    @OptionGroup var common: CommonOptions

    struct Summary: Encodable, Sendable {
        let schedule: ScheduleName
        let starts: Int
        let excluded: Int
        let clashes: Int
        let first: StartItem?
        let last: StartItem?
    }

    struct ClashItem: Encodable, Sendable {
        let earlier: StartItem
        let later: StartItem
        let why: String
    }

    struct HindranceItem: Encodable, Sendable {
        let start: StartItem
        let window: WindowName
        let policy: String
        let why: String
    }

    struct Item: Encodable, Sendable {
        let from: String
        let to: String
        let schedules: [Summary]
        let clashes: [ClashItem]
        let hindrances: [HindranceItem]
    }

    func run() async throws {
        let book = try options.book(common)
        guard let duration = Duration(written: takes), duration > .zero else {
            throw CommandFailure(.usage, "--takes must be a duration such as 10m, not '\(takes)'")
        }
        let first = try from.map { try givenDay($0, "--from") } ?? today(in: Surroundings.localZone)
        let last = try to.map { try givenDay($0, "--to") } ?? first + 364
        guard first <= last else { throw CommandFailure(.usage, "--to must not be before --from") }
        // Each zone's day begins at another instant; what belongs to the business days is asked afterwards.
        let planned = book.planned(
            from: Zone.utc.instant(first - 1, 0), through: Zone.utc.instant(last + 4, 0)
        ).filter { (first...last).contains($0.occurrence.day) }
        if all {
            let items = planned.compactMap { start in book[start.schedule].map { StartItem(start, $0) } }
            return put(
                try StartItem.listing(items, oneSchedule: false).text(common.format, common.language), common.format)
        }
        let rehearsal = Rehearsal(
            planned, footprints: try footprints(of: book), windows: book.windows, duration: duration)
        let item = item(rehearsal, book, first, last)
        put(try sheet(item).text(common.format, common.language), common.format)
        if !item.clashes.isEmpty || !item.hindrances.isEmpty { throw ExitCode(1) }
    }

    /// What the runs of each schedule take hold of, as far as jobs and inventory tell.
    private func footprints(of book: ScheduleBook) throws -> [ScheduleName: Rehearsal.Footprint] {
        let library = try loadJobs(common)
        let flow = FlowReader(library: library, registry: try loadRegistry(common))
        var found: [ScheduleName: Rehearsal.Footprint] = [:]
        let known = try inventory != nil || configuredInventory(common) != nil ? loadedInventory() : nil
        for schedule in book.all {
            let definition = schedule.definition
            guard let job = library[definition.job] else {
                say(
                    Phrases.text(
                        "warning: the schedule {schedule} starts the job {job}, which there is not", common.language,
                        ["schedule": schedule.name.rawValue, "job": definition.job.rawValue]))
                continue
            }
            guard flow.effect(of: job) == .change else {
                found[schedule.name] = .init(
                    job: job.id, changedHosts: [], allowsConcurrentRuns: job.allowsConcurrentRuns)
                continue
            }
            let hosts = known.map { changedHosts(of: definition, in: $0) } ?? []
            let windows = book.windows.map(\.definition).filter { window in
                guard let known else { return window.on == nil }
                return !window.hosts(among: known).isDisjoint(with: hosts)
            }
            found[schedule.name] = .init(
                job: job.id, changedHosts: hosts, allowsConcurrentRuns: job.allowsConcurrentRuns,
                windows: Set(windows.map(\.name)))
        }
        return found
    }

    private func changedHosts(of definition: ScheduleDefinition, in inventory: Inventory) -> Set<HostName> {
        guard definition.on != nil else { return [] }
        do throws(Problems) {
            let selection = try Planning.Selection(on: definition.on, except: definition.except, in: inventory)
            return Set(selection.targets.map(\.host))
        } catch {
            say(
                Phrases.text(
                    "warning: the schedule {schedule}: {problem}", common.language,
                    ["schedule": definition.name.rawValue, "problem": "\(error)"]))
            return []
        }
    }

    private func loadedInventory() throws -> Inventory {
        var selection = try SelectionOptions.parse([])
        selection.inventory = inventory
        return try loadInventory(selection, common)
    }

    private func item(_ rehearsal: Rehearsal, _ book: ScheduleBook, _ first: Day, _ last: Day) -> Item {
        let bySchedule = Dictionary(grouping: rehearsal.starts, by: \.schedule)
        func shown(_ start: PlannedStart?) -> StartItem? {
            start.flatMap { start in book[start.schedule].map { StartItem(start, $0) } }
        }
        let clashes = Dictionary(grouping: rehearsal.clashes, by: \.later.schedule)
        return Item(
            from: first.description, to: last.description,
            schedules: book.all.filter(\.definition.isEnabled).map { schedule in
                let starts = bySchedule[schedule.name] ?? []
                return Summary(
                    schedule: schedule.name, starts: starts.count,
                    excluded: starts.count { $0.excludedBy != nil }, clashes: clashes[schedule.name]?.count ?? 0,
                    first: shown(starts.first), last: shown(starts.last))
            },
            clashes: rehearsal.clashes.compactMap { clash in
                guard let earlier = shown(clash.earlier), let later = shown(clash.later) else { return nil }
                return ClashItem(earlier: earlier, later: later, why: clash.cause.text)
            },
            hindrances: rehearsal.hindrances.compactMap { hindrance in
                shown(hindrance.start).map { start in
                    HindranceItem(
                        start: start, window: hindrance.objection.window,
                        policy: hindrance.objection.policy.rawValue, why: hindrance.objection.description)
                }
            })
    }

    private func sheet(_ item: Item) -> Sheet<Item> {
        let (shown, language) = (20, common.language)
        return Sheet(item: item, name: "\(item.from)..\(item.to)") { isWide in
            let clashes = isWide ? item.clashes : Array(item.clashes.prefix(shown))
            let more = item.clashes.count - clashes.count
            return [
                .line(Phrases.text("{from} to {to}", language, ["from": item.from, "to": item.to])),
                .table(
                    "Schedules", header: ["SCHEDULE", "STARTS", "EXCLUDED", "CLASHES", "FIRST", "LAST"],
                    rows: item.schedules.map {
                        [
                            $0.schedule.rawValue, String($0.starts), String($0.excluded), String($0.clashes),
                            $0.first?.local ?? "", $0.last?.local ?? "",
                        ]
                    }),
                .table(
                    "Clashes", header: ["START", "SCHEDULE", "WOULD WAIT FOR", "SINCE", "WHY"],
                    rows: clashes.map {
                        [
                            $0.later.local, $0.later.schedule.rawValue, $0.earlier.schedule.rawValue, $0.earlier.local,
                            $0.why,
                        ]
                    }),
                .table(
                    "Windows and freezes", header: ["SCHEDULE", "STARTS", "FIRST", "LAST", "THEN", "WHY"],
                    rows: item.hindrances.rows(language)),
                .line(
                    more > 0
                        ? Phrases.text("and {count} more; -o wide shows them", language, ["count": String(more)]) : ""),
            ]
        }
    }
}

extension [ScheduleRehearse.HindranceItem] {
    /// A row for each schedule and what hinders it.
    fileprivate func rows(_ language: Language) -> [[String]] {
        let groups = Dictionary(grouping: self) { [$0.start.schedule.rawValue, $0.policy, $0.window.rawValue] }
        return groups.sorted { $0.value[0].start.instant < $1.value[0].start.instant }.map { key, items in
            [
                key[0], String(items.count), items[0].start.local, items[items.count - 1].start.local,
                Phrases.text(key[1] == "ask" ? "asks a person" : "is not run", language), items[0].why,
            ]
        }
    }
}

extension Rehearsal.Clash.Cause {
    /// Why, in words.
    fileprivate var text: String {
        switch self {
        case .job(let job): return "\(job) allows one run at a time"
        case .hosts(let hosts):
            let some = hosts.prefix(3).map(\.rawValue).joined(separator: ", ")
            return "both change \(some)" + (hosts.count > 3 ? " and \(hosts.count - 3) more" : "")
        }
    }
}
