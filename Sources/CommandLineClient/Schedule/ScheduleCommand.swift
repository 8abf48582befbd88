// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
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
    /// What is odd about the clock then.
    let note: String?

    init(_ start: PlannedStart, _ schedule: Schedule) {
        let (occurrence, zone) = (start.occurrence, schedule.timetable.zone)
        self.schedule = schedule.name
        job = schedule.definition.job
        day = occurrence.day.description
        local = occurrence.instant.text(in: zone)
        self.zone = zone.name
        instant = occurrence.instant.description
        rule = occurrence.rule
        reason = occurrence.reason(schedule.timetable)
        let words = occurrence.origin.words
        moved = words.isEmpty ? nil : words.joined(separator: "; ")
        excludedBy = start.excludedBy
        note = zone.changesClock(near: occurrence.instant) ? "the clock is put forward or back around it" : nil
    }
}

extension Zone {
    /// Whether its clocks are put forward or back within a few hours.
    func changesClock(near instant: Instant) -> Bool {
        let seconds = floorDivide(instant.microseconds, 1_000_000)
        return offset(at: seconds - 4 * 3600) != offset(at: seconds + 4 * 3600)
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
        let job: JobID
        let on: String?
        let next: StartItem?
        let calendar: CalendarName?
        let zone: String
        let enabled: Bool
        let forCallers: Bool
        let title: Localized?

        var nextText: String {
            if forCallers { return "when called" }
            return enabled ? next?.local ?? "never" : "not in use"
        }
    }

    func run() async throws {
        let book = try options.book(common)
        let language = common.language
        let items = book.all.map { schedule in
            let next = schedule.definition.isEnabled ? book.starts(of: schedule, after: Surroundings.now, 1).first : nil
            return Item(
                schedule: schedule.name, job: schedule.definition.job, on: schedule.definition.on, next: next,
                calendar: schedule.definition.calendar, zone: schedule.definition.zone,
                enabled: schedule.definition.isEnabled, forCallers: schedule.definition.isForCallers,
                title: schedule.definition.title)
        }
        let listing = Listing<Item>(
            columns: [
                .init("SCHEDULE") { $0.schedule.rawValue }, .init("JOB") { $0.job.rawValue },
                .init("ON") { $0.on ?? "" }, .init("DAY") { $0.next?.day ?? "" },
                .init("NEXT START") { $0.nextText },
                .init("ZONE") { $0.zone }, .init("CALENDAR", wide: true) { $0.calendar?.rawValue ?? "" },
                .init("TITLE", wide: true) { $0.title?.text(language) ?? "" },
            ], items: items, name: { $0.schedule.rawValue })
        if items.isEmpty { say("there are no schedules") }
        put(try listing.text(common.format, language))
    }
}

extension ScheduleBook {
    /// The next starts of a schedule, those that another excludes among them.
    func starts(of schedule: Schedule, after: Instant, _ count: Int) -> [StartItem] {
        var (found, instant): ([StartItem], Instant) = ([], after)
        while found.count < count, let next = schedule.timetable.next(after: instant) {
            instant = next.instant
            let planned = planned(schedule.name, from: instant, through: instant)
            found += planned.map { StartItem($0, schedule) }
        }
        return found
    }

    /// The schedule of a name, or a failure that says what there is.
    func schedule(_ name: String) throws -> Schedule {
        if let schedule = self[ScheduleName(name)] { return schedule }
        let hint = didYouMean(name, among: all.map(\.name.rawValue), orElse: "'firstline schedule list' shows them")
        throw CommandFailure(.usage, "there is no schedule '\(name)'; \(hint)")
    }
}

/// The command `firstline schedule next`.
struct ScheduleNext: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Show the next starts of one schedule, or of all.")

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
        let schedules = try name.map { [try book.schedule($0)] } ?? book.all.filter(\.definition.isEnabled)
        var starts = try schedules.flatMap { schedule in
            book.starts(of: schedule, after: try since.instant(in: schedule.timetable.zone), count)
        }
        starts.sort { ($0.instant, $0.schedule) < ($1.instant, $1.schedule) }
        put(
            try StartItem.listing(Array(starts.prefix(count)), oneSchedule: name != nil).text(
                common.format, common.language))
    }
}

extension StartItem {
    /// Starts as a table.
    static func listing(_ items: [StartItem], oneSchedule: Bool) -> Listing<StartItem> {
        Listing<StartItem>(
            columns: [
                .init("SCHEDULE", wide: oneSchedule) { $0.schedule.rawValue }, .init("DAY") { $0.day },
                .init("START") { $0.local }, .init("ZONE", wide: oneSchedule) { $0.zone }, .init("WHY") { $0.why },
            ], items: items, name: { $0.instant })
    }

    private var why: String { why(reason) }

    /// The same where the rules are listed already.
    fileprivate var shortWhy: String { why(["rule \(rule)", moved].compactMap(\.self).joined(separator: "; ")) }

    private func why(_ reason: String) -> String {
        let excluded = excludedBy.map { "does not run, for \($0) is planned for this day" }
        return [excluded, reason, note].compactMap(\.self).joined(separator: "; ")
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

/// The command `firstline schedule show`.
struct ScheduleShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a schedule: what it starts, its rules, its next starts and the days it runs.")

    @Argument(
        help: ArgumentHelp("The schedule.", valueName: "schedule"), completion: .custom(Completion.schedules))
    var name: String

    @OptionGroup var since: SinceOption
    @OptionGroup var options: ScheduleOptions
    @OptionGroup var common: CommonOptions

    struct Item: Encodable, Sendable {
        let schedule: ScheduleName
        let title: Localized?
        let job: JobID
        let on: String?
        let except: String?
        let calendar: CalendarName?
        let zone: String
        let system: String
        let rules: [String]
        let missed: String
        let overlap: String
        let exclusive: [ScheduleName]
        let enabled: Bool
        let next: [StartItem]
    }

    func run() async throws {
        let book = try options.book(common)
        let schedule = try book.schedule(name)
        let (definition, timetable) = (schedule.definition, schedule.timetable)
        let after = try since.instant(in: timetable.zone)
        let item = Item(
            schedule: definition.name, title: definition.title, job: definition.job, on: definition.on,
            except: definition.except, calendar: definition.calendar, zone: definition.zone,
            system: timetable.system.rawValue, rules: timetable.rules.map(\.text), missed: definition.missed.text,
            overlap: definition.overlap.rawValue, exclusive: definition.exclusive, enabled: definition.isEnabled,
            next: book.starts(of: schedule, after: after, 10))
        let month = timetable.zone.local(after + .seconds(1)).day.month
        let months = (0..<3).map { month + $0 }
        let starts = timetable.occurrences(
            from: timetable.zone.instant(months[0].first - 2, 0), through: timetable.zone.instant(months[2].last + 3, 0)
        )
        let picture = MonthsPicture(
            calendar: timetable.calendar, marked: Set(starts.map(\.day)), language: common.language)
        let language = common.language
        let sheet = Sheet(item: item, name: definition.name.rawValue) { isWide in
            [
                .line(definition.title?.text(language) ?? definition.name.rawValue),
                .fields([
                    ("Job", item.job.rawValue),
                    ("On", [item.on, item.except.map { "except \($0)" }].compactMap(\.self).joined(separator: " ")),
                    ("Calendar", item.calendar?.rawValue ?? "every day is open"), ("Zone", item.zone),
                    ("System", item.system), ("Missed starts", item.missed), ("Overlapping runs", item.overlap),
                    ("Not on days of", item.exclusive.map(\.rawValue).joined(separator: ", ")),
                    ("In use", item.enabled ? "" : "no"),
                ]),
                .table("Rules", header: ["NO", "RULE"], rows: item.rules.enumerated().map { [String($0 + 1), $1] }),
                .table(
                    "Next starts", header: ["DAY", "START", "WHY"],
                    rows: item.next.map { [$0.day, $0.local, $0.shortWhy] }),
                .text("Days", picture.lines(months).joined(separator: "\n")),
            ]
        }
        put(try sheet.text(common.format))
    }
}

extension ScheduleDefinition.Missed {
    /// As a file writes it.
    var text: String {
        switch self {
        case .skip: "skip"
        case .runOnce(let window): "run-once within \(window.written)"
        case .runAll(let limit): "run-all up to \(limit)"
        }
    }
}

/// The command `firstline schedule explain`.
struct ScheduleExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say of each rule why it starts something on a business day, or does not.",
        discussion: "Ends with 1 when nothing starts on that day.")

    @Argument(
        help: ArgumentHelp("The schedule.", valueName: "schedule"), completion: .custom(Completion.schedules))
    var name: String

    @Argument(help: ArgumentHelp("The business day.", valueName: "YYYY-MM-DD"))
    var on: String

    @OptionGroup var options: ScheduleOptions
    @OptionGroup var common: CommonOptions

    struct Item: Encodable, Sendable {
        let rule: Int
        let text: String
        let starts: String?
        let why: String
    }

    func run() async throws {
        let book = try options.book(common)
        let schedule = try book.schedule(name)
        let day = try givenDay(on, "the business day")
        let timetable = schedule.timetable
        let items = timetable.explain(day).map { explanation in
            var start: String?
            if case .starts(let occurrence) = explanation.verdict {
                start = occurrence.instant.text(in: timetable.zone)
            }
            return Item(
                rule: explanation.rule.number, text: explanation.rule.text, starts: start,
                why: why(explanation.verdict, day, book, schedule))
        }
        let listing = Listing<Item>(
            columns: [
                .init("NO") { String($0.rule) }, .init("RULE") { $0.text }, .init("START") { $0.starts ?? "" },
                .init("WHY") { $0.why },
            ], items: items, name: { String($0.rule) })
        put(try listing.text(common.format, common.language))
        if !items.contains(where: { $0.starts != nil }) { throw ExitCode(1) }
    }

    private func why(_ verdict: Explanation.Verdict, _ day: Day, _ book: ScheduleBook, _ schedule: Schedule) -> String {
        let calendar = schedule.timetable.calendar
        let because = calendar.entry(for: day)?.place.map { " (\($0))" } ?? ""
        switch verdict {
        case .starts(let occurrence):
            let excluded = book.planned(schedule.name, from: occurrence.instant, through: occurrence.instant).first?
                .excludedBy
            if let excluded { return "does not run, for \(excluded) is planned for this day" }
            let words = occurrence.origin.words
            return words.isEmpty ? "it means this day" : words.joined(separator: "; ")
        case .moved(let origin):
            return "it means this day and starts on another: "
                + origin.words.joined(separator: "; ") + (calendar.isOpen(day) ? "" : because)
        case .closed: return "it means this day, which is closed\(because), and no open day near enough stands for it"
        case .notValid: return "it comes to this day, which lies outside its validity"
        case .notMeant: return "it does not mean this day" + (calendar.isOpen(day) ? "" : ", which is closed\(because)")
        }
    }
}
