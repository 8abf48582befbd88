// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Planning
import Scheduling

/// The command `firstline schedule …`.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Schedules: what starts when, and why.",
        subcommands: [
            ScheduleList.self, ScheduleShow.self, ScheduleNext.self, ScheduleExplain.self, ScheduleRehearse.self,
        ],
        defaultSubcommand: ScheduleList.self)
}

/// One start as programs read it.
struct StartItem: Encodable, Sendable {
    let schedule: ScheduleName
    let job: JobID
    /// The business day.
    let day: String
    /// By the clocks of the schedule's zone.
    let local: String
    let zone: String
    let instant: String
    let rule: Int
    let reason: String
    /// What was done about the day that the rule means, if anything.
    let moved: String?
    /// The schedule that keeps it from running on this business day.
    let excludedBy: ScheduleName?
    /// Whether its schedule starts anything by itself.
    let inUse: Bool
    /// What is odd about the clock then.
    let note: String?
    /// The same as persons are told it, in their language.
    private let told: Told

    private struct Told: Sendable {
        let words: [Sentence]
        let rule: ScheduleRule?
    }

    private enum CodingKeys: String, CodingKey {
        case schedule, job, day, local, zone, instant, rule, reason, moved, excludedBy, inUse, note
    }

    init(_ start: PlannedStart, _ schedule: Schedule) {
        let (occurrence, zone) = (start.occurrence, schedule.timetable.zone)
        self.schedule = schedule.name
        job = schedule.definition.job
        day = occurrence.day.description
        local = occurrence.instant.text(in: zone)
        self.zone = zone.name
        instant = occurrence.instant.description
        rule = occurrence.rule
        reason = occurrence.reason(schedule.timetable).description
        let words = occurrence.origin.words
        moved = words.isEmpty ? nil : Phrases.text(words, .english)
        told = Told(words: words, rule: schedule.timetable.rules.first { $0.number == occurrence.rule })
        // Whether a job takes part in those that call it is not for other schedules to say.
        excludedBy = schedule.definition.isForCallers ? nil : start.excludedBy
        inUse = schedule.definition.isEnabled
        note = zone.changesClock(near: occurrence.instant) ? "the clock is put forward or back around it" : nil
    }
}

extension Zone {
    /// Whether its clocks are put forward or back within a few hours.
    func changesClock(near instant: Instant) -> Bool {
        let seconds = floorDivide(instant.microseconds, 1_000_000)
        return offset(at: seconds - 4 * 3600) != offset(at: seconds + 4 * 3600)
    }

    /// The offset of its clocks from UTC, such as `+02:00`.
    func offsetText(at instant: Instant) -> String {
        let minutes = offset(at: floorDivide(instant.microseconds, 1_000_000)) / 60
        return (minutes < 0 ? "-" : "+") + pad(abs(minutes) / 60, 2) + ":" + pad(abs(minutes) % 60, 2)
    }
}

/// The command `firstline schedule list`.
struct ScheduleList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the schedules with their next start.")

    @OptionGroup var options: ScheduleOptions
    @OptionGroup var common: CommonOptions

    struct Item: Encodable, Sendable {
        let schedule: ScheduleName
        var job: JobID?
        var on: String?
        var next: StartItem?
        var calendar: CalendarName?
        /// Whether the calendar has any effect on its starts.
        var asksCalendar = false
        var zone: String?
        var enabled = true
        var forCallers = false
        /// Whether its rules say themselves that nothing follows.
        var isOver = false
        var title: Localized?
        /// Why it cannot be used; nil when it can.
        var fault: String?

        init(_ schedule: Schedule, in book: ScheduleBook) {
            let definition = schedule.definition
            self.schedule = schedule.name
            job = definition.job
            on = definition.on
            next = book.runningStarts(of: schedule, after: Surroundings.now, 1).first
            calendar = definition.calendar
            asksCalendar = schedule.timetable.asksCalendar
            zone = definition.zone
            enabled = definition.isEnabled
            forCallers = definition.isForCallers
            isOver = next == nil && schedule.isOver(after: Surroundings.now)
            title = definition.title
        }

        init(_ fault: DefinitionFault) {
            schedule = ScheduleName(fault.name)
            self.fault = fault.problems.words
        }

        func nextText(_ language: Language) -> String {
            if fault != nil { return Phrases.text("cannot be used", language) }
            if forCallers { return Phrases.text("when called", language) }
            guard enabled else { return Phrases.text("not in use", language) }
            return next?.local ?? Phrases.text(isOver ? "over" : "never", language)
        }
    }

    func run() async throws {
        let book = try options.book(common)
        let language = common.language
        let faults = book.faults.filter { $0.kind == .schedule }
        let items = (book.all.map { Item($0, in: book) } + faults.map { Item($0) }).sorted { $0.schedule < $1.schedule }
        book.tellFaults(language)
        for notice in book.outlook(after: Surroundings.now) { say(Phrases.text(notice.problem, language)) }
        for lack in lacksOfHosts(in: book) { say(Phrases.text(lack, language)) }
        let ofCells = common.format == .csv ? Language.english : language
        let listing = Listing<Item>(
            columns: [
                .init("SCHEDULE") { $0.schedule.rawValue }, .init("JOB") { $0.job?.rawValue ?? "" },
                .init("ON") { $0.on ?? "" }, .init("DAY") { $0.next?.day ?? "" },
                .init("NEXT START") { $0.nextText(ofCells) },
                .init("ZONE") { $0.zone ?? "" },
                .init("CALENDAR", wide: true) { $0.asksCalendar ? $0.calendar?.rawValue ?? "" : "" },
                .init("TITLE", wide: true) { $0.title?.text(language) ?? "" },
            ], items: items, name: { $0.schedule.rawValue })
        if items.isEmpty { say(Phrases.text("there are no schedules", language)) }
        put(try listing.text(common.format, language), common.format)
    }

    /// What is to be said of schedules that name no hosts, where their jobs can be read.
    private func lacksOfHosts(in book: ScheduleBook) -> [Problem] {
        let suspects = book.all.map(\.definition).filter { $0.on == nil && $0.isEnabled }
        guard !suspects.isEmpty, let registry = try? loadRegistry(common), let library = try? loadJobs(common) else {
            return []
        }
        let planner = Planner(library: library, inventory: Inventory(), registry: registry)
        return suspects.compactMap { planner.lackOfHosts($0) }
    }
}

extension ScheduleBook {
    /// The next starts of a schedule, those that another excludes among them.
    ///
    /// Of one that is only for callers, one for each of the business days on which its job takes part.
    func starts(of schedule: Schedule, after: Instant, _ count: Int) -> [StartItem] {
        guard schedule.definition.isForCallers else { return find(count, of: schedule, after: after) { _ in true } }
        var days: Set<Day> = []
        return find(count, of: schedule, after: after) { days.insert($0.occurrence.day).inserted }
    }

    /// The next starts that really run; fewer where others exclude them for as long as is worth looking.
    func runningStarts(of schedule: Schedule, after: Instant, _ count: Int) -> [StartItem] {
        guard schedule.definition.isEnabled else { return [] }
        return find(count, of: schedule, after: after) { $0.excludedBy == nil }
    }

    private func find(
        _ count: Int, of schedule: Schedule, after: Instant, where isWanted: (PlannedStart) -> Bool
    ) -> [StartItem] {
        next(count, of: schedule, after: after, where: isWanted).map { StartItem($0, schedule) }
    }

    /// The schedule of a name, or a failure that says what there is.
    func schedule(_ name: String) throws -> Schedule {
        if let schedule = self[ScheduleName(name)] { return schedule }
        if let fault = fault(of: ScheduleName(name)) { throw CommandFailure(fault.problems) }
        let hint = didYouMean(name, among: all.map(\.name.rawValue), orElse: "'firstline schedule list' shows them")
        throw CommandFailure(.usage, "there is no schedule '\(name)'; \(hint)")
    }
}

/// The command `firstline schedule next`.
struct ScheduleNext: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Show the next starts of one schedule, or of all.",
        discussion: "With -o name, only the instants of starts that really run.")

    @Argument(
        help: ArgumentHelp("The schedule; all if none is named.", valueName: "schedule"),
        completion: .custom(Completion.schedules))
    var name: String?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many.", valueName: "number"))
    var count = 10

    @OptionGroup var since: SinceOption

    @OptionGroup var options: ScheduleOptions
    @OptionGroup var common: CommonOptions

    mutating func validate() throws {
        guard (1...10_000).contains(count) else {
            throw ValidationError("--count must be from 1 to 10000, not \(count)")
        }
    }

    func run() async throws {
        let book = try options.book(common)
        let named = try name.map { try book.schedule($0) }
        let schedules = named.map { [$0] } ?? book.all.filter(\.definition.isEnabled)
        if named == nil { book.tellFaults(common.language) }
        var starts: [StartItem] = []
        for schedule in schedules {
            let after = try since.instant(in: schedule.timetable.zone)
            // The name of a start says nothing but that it is to be expected.
            starts +=
                common.format == .name
                ? book.runningStarts(of: schedule, after: after, count)
                : book.starts(of: schedule, after: after, count)
        }
        starts.sort { ($0.instant, $0.schedule) < ($1.instant, $1.schedule) }
        let listing = StartItem.listing(
            Array(starts.prefix(count)), oneSchedule: named != nil,
            onlyDays: named?.definition.isForCallers ?? false, common.format == .csv ? .english : common.language)
        named?.definition.tellIdleness(common)
        put(try listing.text(common.format, common.language), common.format)
        for schedule in schedules {
            try tellLostMonths(of: schedule, through: starts.prefix(count).last.flatMap { Day($0.day) })
        }
    }
}

extension ScheduleNext {
    /// Says for which months, up to the last start that is shown, a rule of every month starts nothing.
    private func tellLostMonths(of schedule: Schedule, through last: Day?) throws {
        let zone = schedule.timetable.zone
        let first = zone.local(try since.instant(in: zone) + .microseconds(1)).day
        guard let last, first <= last else { return }
        for lost in schedule.timetable.lostMonths(in: first...last) {
            let values = [
                "schedule": schedule.name.rawValue, "rule": String(lost.rule), "month": lost.month.description,
            ]
            let text = Phrases.text(
                "{schedule}: rule {rule} starts nothing for {month}: {why}", common.language,
                values.merging(["why": Phrases.text(lost.why, common.language)]) { first, _ in first })
            say(text)
        }
    }
}

extension ScheduleDefinition {
    /// What is to be said of a schedule that starts nothing by itself; nil where it does.
    func idleness(_ language: Language) -> String? {
        if isForCallers {
            return Phrases.text(
                "When called: it starts nothing by itself, and takes part on its days in the jobs that call it",
                language)
        }
        return isEnabled ? nil : Phrases.text("Not in use: it starts nothing by itself", language)
    }

    /// Says it above a table; beside what has no place for it, to the person.
    func tellIdleness(_ common: CommonOptions) {
        guard let text = idleness(common.language) else { return }
        switch common.format {
        case .table, .wide: put(text + "\n\n")
        case .csv, .name: say(text)
        case .json, .jsonl, .yaml: break
        }
    }
}

extension StartItem {
    /// Starts as a table, or the business days they belong to.
    static func listing(
        _ items: [StartItem], oneSchedule: Bool, onlyDays: Bool = false, _ language: Language
    ) -> Listing<StartItem> {
        Listing<StartItem>(
            columns: [
                .init("SCHEDULE", wide: oneSchedule) { $0.schedule.rawValue }, .init("DAY") { $0.day },
                .init("START", wide: onlyDays) { $0.local }, .init("ZONE", wide: onlyDays) { $0.zone },
                .init("WHY") { $0.why(language) },
            ], items: items, name: { $0.instant })
    }

    private func why(_ language: Language) -> String {
        let values = ["rule": String(rule), "text": told.rule?.text(language) ?? ""]
        return why(Phrases.text("rule {rule}: {text}", language, values), language)
    }

    /// The same where the rules are listed already.
    func shortWhy(_ language: Language) -> String {
        why(Phrases.text("rule {rule}", language, ["rule": String(rule)]), language)
    }

    private func why(_ rule: String, _ language: Language) -> String {
        let excluded = excludedBy.map {
            Phrases.text("does not run, for {other} is planned for this day", language, ["other": $0.rawValue])
        }
        let words = told.words.map { Phrases.text($0, language) }
        let note = note.map { Phrases.text($0, language) }
        return ([excluded, rule].compactMap(\.self) + words + [note].compactMap(\.self)).joined(separator: "; ")
    }
}

/// From which day on starts are shown.
struct SinceOption: ParsableArguments {
    @Option(help: ArgumentHelp("Show starts from this day on, instead of from now.", valueName: "YYYY-MM-DD"))
    var from: String?

    /// The instant after which they are.
    func instant(in zone: Zone) throws -> Instant {
        guard let from else { return Surroundings.now }
        return Instant(microseconds: zone.instant(try givenDay(from, "--from"), 0).microseconds - 1)
    }
}

/// A date that was given on the command line.
func givenDay(_ text: String, _ option: String) throws -> Day {
    if let day = Day(text) { return day }
    throw CommandFailure(.usage, "\(option) must be a day such as 2026-01-31, not '\(text)'")
}
