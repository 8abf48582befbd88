// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling

/// What a rehearsal found, as programs read it.
struct RehearsalItem: Encodable, Sendable {
    struct Summary: Encodable, Sendable {
        let schedule: ScheduleName
        let zone: String
        let starts: Int
        let excluded: Int
        let clashes: Int
        let first: StartItem?
        let last: StartItem?
    }

    struct Clash: Encodable, Sendable {
        /// The start before the first that would wait.
        let earlier: StartItem
        /// The first that would wait.
        let later: StartItem
        /// The last.
        let last: StartItem
        /// How many would wait.
        let count: Int
        let why: Reason
    }

    struct Hindrance: Encodable, Sendable {
        let first: StartItem
        let last: StartItem
        let count: Int
        let window: WindowName
        let policy: String
        let why: Reason
    }

    struct Lost: Encodable, Sendable {
        let schedule: ScheduleName
        let rule: Int
        let month: String
        let why: Reason
    }

    struct Missing: Encodable, Sendable {
        let name: String
        let why: Reason
    }

    let from: String
    let to: String
    let schedules: [Summary]
    let clashes: [Clash]
    let hindrances: [Hindrance]
    /// The months for which a rule of every month starts nothing.
    let lostMonths: [Lost]
    /// The schedules that could not be run.
    let missing: [Missing]
    /// The calendars in use without dates of their own for a year of the period.
    let calendars: [Missing]

    /// Whether a start would wait, be refused or not be possible.
    var isHindered: Bool { !clashes.isEmpty || !hindrances.isEmpty || !missing.isEmpty }

    init(
        _ rehearsal: Rehearsal, _ book: ScheduleBook, _ days: ClosedRange<Day>, _ missing: [ScheduleName: Sentence]
    ) {
        func item(_ start: PlannedStart) -> StartItem? { book[start.schedule].map { StartItem(start, $0) } }
        let inUse = book.all.filter(\.definition.isEnabled)
        from = days.lowerBound.description
        to = days.upperBound.description
        schedules = inUse.map { schedule in
            let summary = rehearsal.summaries[schedule.name]
            return Summary(
                schedule: schedule.name, zone: schedule.timetable.zone.name, starts: summary?.starts ?? 0,
                excluded: summary?.excluded ?? 0, clashes: summary?.clashes ?? 0, first: summary?.first.flatMap(item),
                last: summary?.last.flatMap(item))
        }
        clashes = rehearsal.clashes.compactMap { clash in
            guard let earlier = item(clash.earlier), let later = item(clash.later), let last = item(clash.last) else {
                return nil
            }
            return Clash(
                earlier: earlier, later: later, last: last, count: clash.count, why: Reason(sentence: clash.cause.text))
        }
        hindrances = rehearsal.hindrances.compactMap { hindrance in
            guard let first = item(hindrance.first), let last = item(hindrance.last) else { return nil }
            return Hindrance(
                first: first, last: last, count: hindrance.count, window: hindrance.objection.window,
                policy: hindrance.objection.policy.rawValue, why: Reason(sentence: hindrance.objection.sentence))
        }
        lostMonths = inUse.flatMap { schedule in
            schedule.timetable.lostMonths(in: days).map {
                Lost(schedule: schedule.name, rule: $0.rule, month: $0.month.description, why: Reason(sentence: $0.why))
            }
        }
        self.missing = missing.sorted { $0.key < $1.key }.map {
            Missing(name: $0.key.rawValue, why: Reason(sentence: $0.value))
        }
        calendars = book.calendarsInUse.compactMap { name in
            book.lackOfDates(in: name, days).map { Missing(name: name.rawValue, why: Reason(sentence: $0)) }
        }
    }
}

extension RehearsalItem {
    /// The same as people read it.
    func sheet(_ language: Language) -> Sheet<Self> {
        Sheet(item: self, name: "\(from)..\(to)") { [self] _ in
            [
                .line(Phrases.text("{from} to {to}", language, ["from": from, "to": to])),
                .table(
                    "Schedules", header: ["SCHEDULE", "STARTS", "EXCLUDED", "CLASHES", "FIRST", "LAST", "ZONE"],
                    rows: schedules.map {
                        [
                            $0.schedule.rawValue, String($0.starts), String($0.excluded), String($0.clashes),
                            $0.first?.local ?? "", $0.last?.local ?? "", $0.zone,
                        ]
                    }),
                .table(
                    "Could not be run", header: ["SCHEDULE", "WHY"],
                    rows: missing.map { [$0.name, $0.why.text(language)] }),
                .table(
                    "Clashes", header: ["SCHEDULE", "WOULD WAIT FOR", "STARTS", "FIRST", "LAST", "ZONE", "WHY"],
                    rows: clashes.map {
                        [
                            $0.later.schedule.rawValue, $0.earlier.schedule.rawValue, String($0.count), $0.later.local,
                            $0.last.local, $0.later.zone, $0.why.text(language),
                        ]
                    }),
                .table(
                    "Windows and freezes", header: ["SCHEDULE", "STARTS", "FIRST", "LAST", "ZONE", "THEN", "WHY"],
                    rows: hindrances.map {
                        [
                            $0.first.schedule.rawValue, String($0.count), $0.first.local, $0.last.local, $0.first.zone,
                            Phrases.text($0.policy == "ask" ? "asks a person" : "is not run", language),
                            $0.why.text(language),
                        ]
                    }),
                .table(
                    "Months without a start", header: ["SCHEDULE", "MONTH", "RULE", "WHY"],
                    rows: lostMonths.map {
                        [$0.schedule.rawValue, $0.month, String($0.rule), $0.why.text(language)]
                    }),
                .table(
                    "Calendars that lack dates", header: ["CALENDAR", "WHY"],
                    rows: calendars.map { [$0.name, $0.why.text(language)] }),
            ]
        }
    }
}

extension RehearsalItem {
    /// Why something is so: English for programs.
    struct Reason: Encodable, Sendable {
        let sentence: Sentence

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(sentence.description)
        }

        func text(_ language: Language) -> String { Phrases.text(sentence, language) }
    }
}

extension Rehearsal.Clash.Cause {
    /// Why, in words.
    fileprivate var text: Sentence {
        switch self {
        case .job(let job): return Sentence("{job} allows one run at a time", ["job": job.rawValue])
        case .hosts(let hosts):
            let some = hosts.prefix(3).map(\.rawValue).joined(separator: ", ")
            guard hosts.count > 3 else { return Sentence("both change {hosts}", ["hosts": some]) }
            return Sentence("both change {hosts} and {count} more", ["hosts": some, "count": hosts.count - 3])
        }
    }
}
