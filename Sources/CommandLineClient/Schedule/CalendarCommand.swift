// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Scheduling

/// The command `firstline calendar …`.
struct CalendarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "Operating-day calendars: which days are open, and why.",
        subcommands: [CalendarList.self, CalendarShow.self], defaultSubcommand: CalendarList.self)
}

/// The command `firstline calendar list`.
struct CalendarList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the calendars.")

    @OptionGroup var options: ScheduleOptions
    @OptionGroup var common: CommonOptions

    struct Item: Encodable, Sendable {
        let calendar: CalendarName
        let title: Localized?
        let openDaysThisYear: Int
        let baseTime: String
        let schedules: [ScheduleName]
        /// The last day that is named with its year; nil when all comes every year.
        let datedThrough: String?
    }

    func run() async throws {
        let book = try options.book(common)
        let language = common.language
        let year = today(in: Surroundings.localZone).month.year
        let items = book.calendars.names.compactMap { name -> Item? in
            guard let calendar = book.calendars[name], let definition = book.calendars.definitions[name] else {
                return nil
            }
            let days = Month(year, 1).first...Month(year, 12).last
            return Item(
                calendar: name, title: definition.title, openDaysThisYear: days.count(where: calendar.isOpen),
                baseTime: StartTimes.Clock.absolute(calendar.baseTime).text,
                schedules: book.all.filter { $0.definition.calendar == name }.map(\.name),
                datedThrough: calendar.lastDated?.description)
        }
        book.tellFaults(language)
        for notice in book.outlook(after: Surroundings.now) where notice.schedule == nil {
            say(Phrases.text(notice.problem, language))
        }
        let listing = Listing<Item>(
            columns: [
                .init("CALENDAR") { $0.calendar.rawValue }, .init("OPEN DAYS") { String($0.openDaysThisYear) },
                .init("BASE TIME") { $0.baseTime }, .init("SCHEDULES") { String($0.schedules.count) },
                .init("DATED THROUGH") { $0.datedThrough ?? "" },
                .init("TITLE") { $0.title?.text(language) ?? "" },
            ], items: items, name: { $0.calendar.rawValue })
        put(try listing.text(common.format, language), common.format)
    }
}

/// The command `firstline calendar show`.
struct CalendarShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the months of a year with open and closed days.",
        discussion:
            "The calendar's name may be left out where there is only one. The forms for programs say why a day is closed."
    )

    @Argument(
        help: ArgumentHelp("The calendar and the year, or one of them.", valueName: "calendar year"),
        completion: .custom(Completion.calendars))
    var words: [String] = []

    @OptionGroup var options: ScheduleOptions
    @OptionGroup var common: CommonOptions

    struct Item: Encodable, Sendable {
        let day: String
        let weekday: String
        let isOpen: Bool
        /// Where the entry is written that decides, if it is not a week.
        let because: String?
        /// What the file of dates calls the day.
        let name: String?
    }

    func run() async throws {
        let book = try options.book(common)
        let year = try year()
        let calendar = try calendar(in: book)
        let months = (1...12).map { Month(year, $0) }
        guard common.format == .table else {
            let items = (months[0].first...months[11].last).map { day in
                let reason = calendar.reason(for: day)
                return Item(
                    day: day.description, weekday: day.weekday.rawValue, isOpen: calendar.isOpen(day),
                    because: reason?.place?.description, name: reason?.name)
            }
            let listing = Listing<Item>(
                columns: [
                    .init("DAY") { $0.day }, .init("WEEKDAY") { $0.weekday },
                    .init("OPEN") { $0.isOpen ? "yes" : "no" },
                    .init("BECAUSE OF") { item in
                        guard let name = item.name else { return item.because ?? "" }
                        return name + (item.because.map { " (\($0))" } ?? "")
                    },
                ], items: items, name: { $0.day })
            return put(try listing.text(common.format, common.language), common.format)
        }
        let picture = MonthsPicture(calendar: calendar, language: common.language)
        put(("\(calendar.name) \(year)\n\n" + picture.lines(months).joined(separator: "\n") + "\n"))
    }

    private func year() throws -> Int {
        guard let word = words.first(where: { Int($0) != nil }) else {
            return today(in: Surroundings.localZone).month.year
        }
        guard let year = Int(word), (1970...2199).contains(year) else {
            throw CommandFailure(.usage, "the year must be from 1970 to 2199, not '\(word)'")
        }
        return year
    }

    private func calendar(in book: ScheduleBook) throws -> OperatingCalendar {
        let names = words.filter { Int($0) == nil }
        guard names.count <= 1, words.count - names.count <= 1 else {
            throw CommandFailure(.usage, "'calendar show' takes one calendar and one year")
        }
        let known = book.calendars.names.map(\.rawValue)
        guard let name = names.first ?? (known.count == 1 ? known[0] : nil) else {
            throw CommandFailure(.usage, "which calendar? There are \(known.joined(separator: ", "))")
        }
        if let calendar = book.calendars[CalendarName(name)] { return calendar }
        if let fault = book.calendars.faults[.calendar, name] { throw CommandFailure(fault.problems) }
        let hint = didYouMean(name, among: known, orElse: "there are \(known.joined(separator: ", "))")
        throw CommandFailure(.usage, "there is no calendar '\(name)'; \(hint)")
    }
}

/// Today's date by the clocks of a zone.
func today(in zone: String) -> Day { (ZoneCabinet().zone(zone) ?? .utc).local(Surroundings.now).day }
