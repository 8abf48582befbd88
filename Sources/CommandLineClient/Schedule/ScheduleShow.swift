// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Scheduling

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
        /// Whether the calendar has any effect on its starts.
        let asksCalendar: Bool
        let zone: String
        let system: String
        let rules: [String]
        let missed: String
        let overlap: String
        let exclusive: [ScheduleName]
        let enabled: Bool
        /// Whether it only says on which business days its job takes part in those that call it.
        let forCallers: Bool
        let next: [StartItem]
    }

    func run() async throws {
        let book = try options.book(common)
        let schedule = try book.schedule(name)
        let (definition, timetable) = (schedule.definition, schedule.timetable)
        let after = try since.instant(in: timetable.zone)
        let item = Item(
            schedule: definition.name, title: definition.title, job: definition.job, on: definition.on,
            except: definition.except, calendar: definition.calendar,
            asksCalendar: timetable.asksCalendar, zone: definition.zone,
            system: timetable.system.rawValue, rules: timetable.rules.map(\.text), missed: definition.missed.text,
            overlap: definition.overlap.rawValue, exclusive: definition.exclusive, enabled: definition.isEnabled,
            forCallers: definition.isForCallers, next: book.starts(of: schedule, after: after, 10))
        let month = timetable.zone.local(after + .seconds(1)).day.month
        let months = (0..<3).map { month + $0 }
        let starts = book.planned(
            schedule.name, from: timetable.zone.instant(months[0].first - 2, 0),
            through: timetable.zone.instant(months[2].last + 6, 0)
        ).filter { $0.excludedBy == nil || definition.isForCallers }
        let language = common.language
        let picture = MonthsPicture(
            calendar: timetable.asksCalendar ? timetable.calendar : .everyDay,
            marked: Set(starts.map(\.occurrence.day)), language: language)
        let sheet = Sheet(item: item, name: definition.name.rawValue) { _ in
            [
                .line(definition.title?.text(language) ?? definition.name.rawValue),
                .line(definition.idleness(language) ?? ""),
                .fields(item.fields(language)),
                .table(
                    "Rules", header: ["NO", "RULE"],
                    rows: timetable.rules.map { [String($0.number), $0.text(language)] }),
                item.nextStarts(language),
                .text("Days", picture.lines(months).joined(separator: "\n")),
            ]
        }
        put(try sheet.text(common.format, language), common.format)
    }
}

extension ScheduleShow.Item {
    fileprivate func fields(_ language: Language) -> [(String, String)] {
        let except = except.map { Phrases.text("except {selection}", language, ["selection": $0]) }
        let asked = calendar.map { calendar in
            asksCalendar
                ? calendar.rawValue
                : Phrases.text("no rule asks {calendar}", language, ["calendar": calendar.rawValue])
        }
        return [
            ("Job", job.rawValue), ("On", [on, except].compactMap(\.self).joined(separator: " ")),
            ("Calendar", asked ?? Phrases.text("every day is open", language)), ("Zone", zone),
            ("System", system), ("Missed starts", missed), ("Overlapping runs", overlap),
            ("Not on days of", exclusive.map(\.rawValue).joined(separator: ", ")),
        ]
    }

    fileprivate func nextStarts(_ language: Language) -> SheetSection {
        guard forCallers else {
            return .table(
                "Next starts", header: ["DAY", "START", "WHY"],
                rows: next.map { [$0.day, $0.local, $0.shortWhy(language)] })
        }
        return .table(
            "Days on which it takes part", header: ["DAY", "WHY"], rows: next.map { [$0.day, $0.shortWhy(language)] })
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
