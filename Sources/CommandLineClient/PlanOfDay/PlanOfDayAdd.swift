// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import ArgumentParser
import Definitions
import Engine
import Model
import Planning
import Scheduling

/// The command `firstline plan-of-day add`.
struct PlanOfDayAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add starts of a job: at a time, again and again in a range, or as its schedule has it.",
        discussion: """
            Times belong to the business day: 25:30 is half past one in the night after it. They are those of this machine's zone, \
            with --as-scheduled those of the schedule's.
            """)

    @Argument(help: "The job, such as mw.nginx.restart.", completion: .custom(Completion.jobs))
    var job: String

    @OptionGroup var targets: TargetOptions

    @Option(help: ArgumentHelp("The business day; usual: today.", valueName: "YYYY-MM-DD"))
    var day: String?

    @Option(
        help: ArgumentHelp(
            "A time: 22:30, 25:30, or '2026-12-01 22:30', which belongs to that day; may be given several times.",
            valueName: "time"))
    var at: [String] = []

    @Option(help: ArgumentHelp("The first time of a range; goes with --to and --every.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("The last time of a range.", valueName: "time"))
    var to: String?

    @Option(help: ArgumentHelp("How far apart the starts in the range are.", valueName: "duration"))
    var every: String?

    @Flag(help: "At the times that the job's own schedule has on that day.")
    var asScheduled = false

    @Option(help: ArgumentHelp("Why; kept with them.", valueName: "text"))
    var reason: String = ""

    @OptionGroup var values: ValueOptions
    @OptionGroup var schedules: ScheduleOptions
    @OptionGroup var common: CommonOptions

    mutating func validate() throws {
        let range = [from, to, every].compactMap(\.self).count
        guard range == 0 || range == 3 else {
            throw ValidationError("a range needs all of --from, --to and --every")
        }
        guard !at.isEmpty || range == 3 || asScheduled else {
            throw ValidationError("say when: --at, or --from, --to and --every, or --as-scheduled")
        }
    }

    func run() async throws {
        let zone = localZone()
        let given = try day.map { try givenDay($0, "--day") }
        let today = zone.local(Surroundings.now).day
        let starts =
            try at.map { try GivenTime($0, "--at").start(on: given, else: today, in: zone) }
            + (range(on: given ?? today, in: zone) + scheduled(on: given ?? today)).map {
                AddSlots.Start(day: given ?? today, instant: $0)
            }
        let work = SlotWork(on: targets.on, except: targets.except, values: try givenValues(values))
        let request = AddSlots(
            job: JobID(job), work: work, starts: starts, by: Surroundings.person, reason: reason)
        tellLeftOut(request.job, work, common)
        let added = try await onPlanOfDay(common) {
            try await $0.add(request)
        } here: {
            try await $0.add(request)
        }
        try? warn(of: starts.map(\.instant))
        let items = added.map { SlotItem($0, zone) }
        put(try SlotItem.listing(items, common.reader).text(common.format, common.language), common.format)
    }

    /// Says what windows and freezes have against the starts, as the files are now.
    private func warn(of instants: [Instant]) throws {
        guard try isChange() else { return }
        let gate = try loadGate(common)
        let inventory = try loadInventory(try SelectionOptions.parse([]), common)
        let selection = try Planning.Selection(ofRun: targets.on, except: targets.except, in: inventory)
        let hosts = Set(selection.targets.map(\.host))
        let objections = instants.flatMap { instant in
            gate.objections(at: instant) { !$0.hosts(among: inventory).isDisjoint(with: hosts) }
        }
        for (window, found) in Dictionary(grouping: objections, by: \.window).sorted(by: { $0.key < $1.key }) {
            let what = found[0].policy == .block ? "not be run" : "wait for somebody's agreement"
            let values: [String: any CustomStringConvertible] = [
                "count": found.count, "window": window, "objection": found[0].sentence,
            ]
            let starts = found.count == 1 ? "{count} start" : "{count} starts"
            say(
                Phrases.text(
                    Sentence("warning: \(starts) will \(what), for {window}: {objection}", values), common.language))
        }
    }

    private func isChange() throws -> Bool {
        let registry = try loadRegistry(common)
        let library = try loadJobs(common, only: JobID(job), registry: registry)
        return library[JobID(job)].map { FlowReader(library: library, registry: registry).effect(of: $0) == .change }
            ?? false
    }

    private func range(on day: Day, in zone: Zone) throws -> [Instant] {
        guard let from, let to, let every else { return [] }
        let first = try GivenTime(from, "--from").instant(on: day, in: zone)
        let last = try GivenTime(to, "--to").instant(on: day, in: zone)
        guard let step = Duration(written: every), step >= .seconds(60) else {
            throw CommandFailure(.usage, "--every must be a duration of a minute or more, such as 30m, not '\(every)'")
        }
        guard first <= last else { throw CommandFailure(.usage, "--to must not be before --from") }
        let count = Int((last - first).microseconds / step.microseconds) + 1
        guard count <= 3000 else { throw CommandFailure(.usage, "that would be \(count) starts; the most is 3000") }
        return (0..<count).map { first + step * $0 }
    }

    private func scheduled(on day: Day) throws -> [Instant] {
        guard asScheduled else { return [] }
        let book = try schedules.book(common)
        guard let schedule = book[ScheduleName(job)] else {
            throw CommandFailure(.usage, "the job \(job) has no schedule of its own; say the time with --at")
        }
        let instants = schedule.timetable.starts(of: day).map(\.instant)
        guard instants.isEmpty else { return instants }
        throw CommandFailure(
            .usage,
            "the schedule of \(job) has no start on \(day); 'firstline schedule explain \(job) \(day)' says why, --at gives a time"
        )
    }
}

/// A time a person wrote: of the business day, or with a date of its own.
struct GivenTime {
    private let day: Day?
    private let minutes: Int

    /// Reads `22:30`, `25:30` or `2026-12-01 22:30`.
    init(_ text: String, _ option: String) throws {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "T" })
        guard let clock = words.last, words.count <= 2, let minutes = clockMinutes(clock) else {
            throw CommandFailure(
                .usage, "\(option) must be a time such as 22:30, 25:30 or '2026-12-01 22:30', not '\(text)'")
        }
        day = try words.count == 2 ? givenDay(String(words[0]), option) : nil
        self.minutes = minutes
    }

    func instant(on business: Day, in zone: Zone) -> Instant { zone.instant(day ?? business, minutes * 60) }

    /// A start at this time, of the business day that was given, or of that of its own date.
    ///
    /// - Throws: `CommandFailure` where the two do not go together: a business day's starts come up to 99:59 of it.
    func start(on given: Day?, else usual: Day, in zone: Zone) throws -> AddSlots.Start {
        let business = given ?? day ?? usual
        let clock = day ?? business
        guard (0...4).contains(clock - business + minutes / 1440), (clock - business) * 1440 + minutes < 6000 else {
            throw CommandFailure(
                .usage,
                "\(clock) is not of the business day \(business), whose starts come from 0:00 to 99:59; leave --day out"
            )
        }
        return AddSlots.Start(day: business, instant: zone.instant(clock, minutes * 60))
    }
}
