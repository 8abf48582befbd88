// SPDX-License-Identifier: Apache-2.0

package import Model

/// Something that looking ahead shows: what starts nothing any more, or a calendar whose dates end.
package struct OutlookNotice: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case schedule(ScheduleName)
        case window(WindowName)
        case calendar(CalendarName)
    }

    package let subject: Subject
    /// Where it was written.
    package let place: Place?
    /// The path inside its file.
    package let path: String
    /// What will happen or not.
    package let text: Sentence

    /// The schedule it is about, if it is about one.
    package var schedule: ScheduleName? {
        if case .schedule(let name) = subject { name } else { nil }
    }
}

extension ScheduleBook {
    /// What looking ahead from an instant shows: rules that start nothing any more, schedules that others exclude on all their
    /// days, and calendars in use without open days or without dates for a year that is near.
    ///
    /// Fewer are found where the task is cancelled meanwhile.
    package func outlook(after now: Instant) -> [OutlookNotice] {
        let ofSchedules = all.filter(\.isInUse).flatMap { schedule -> [OutlookNotice] in
            guard !Task.isCancelled else { return [] }
            return notices(of: schedule, after: now)
        }
        return calendarNotices(after: now) + ofSchedules + windows.flatMap { notices(of: $0, after: now) }
    }

    private func notices(of schedule: Schedule, after now: Instant) -> [OutlookNotice] {
        let (definition, timetable) = (schedule.definition, schedule.timetable)
        let path = "schedules/\(definition.name)"
        let still = notices(.schedule(definition.name), timetable, definition.place, path, after: now)
        guard still.isEmpty, definition.isEnabled, timetable.next(after: now) != nil, isAlwaysExcluded(schedule, now)
        else { return still }
        let others = definition.exclusive.map(\.rawValue).joined(separator: ", ")
        let text = Sentence(
            "never runs: each of its starts is on a business day of {others}, which it excludes", ["others": others])
        return [
            OutlookNotice(
                subject: .schedule(definition.name), place: definition.place, path: path + "/exclusive", text: text)
        ]
    }

    private func isAlwaysExcluded(_ schedule: Schedule, _ now: Instant) -> Bool {
        !schedule.definition.exclusive.isEmpty
            && next(1, of: schedule, after: now, where: { $0.excludedBy == nil }).isEmpty
    }

    private func notices(of window: ChangeWindow, after now: Instant) -> [OutlookNotice] {
        let definition = window.definition
        let path = "\(definition.faultKind.rawValue)/\(definition.name)"
        return notices(.window(definition.name), window.timetable, definition.place, path, after: now)
    }

    private func notices(
        _ subject: OutlookNotice.Subject, _ timetable: Timetable, _ place: Place?, _ path: String, after now: Instant
    ) -> [OutlookNotice] {
        timetable.rules.compactMap { rule in
            timetable.standstill(of: rule, after: now).map { why in
                OutlookNotice(
                    subject: subject, place: rule.place ?? place, path: "\(path)/rule \(rule.number)",
                    text: Sentence("never starts anything: {why}", ["why": why]))
            }
        }
    }
}

extension Schedule {
    /// Whether it starts something by itself, or says on which days its job takes part in others.
    package var isInUse: Bool { definition.isEnabled || definition.isForCallers }

    /// Whether it has started all that its rules have to give, by their own words: dates that have passed, a validity that has ended.
    package func isOver(after now: Instant) -> Bool {
        let today = timetable.zone.local(now).day
        return timetable.rules.allSatisfy { $0.isOver(on: today) } && timetable.next(after: now) == nil
    }
}

// Rules that start nothing any more.
extension Timetable {
    /// Why a rule starts nothing after an instant; nil when it does, or has said itself that it would be over by then.
    func standstill(of rule: ScheduleRule, after now: Instant) -> Sentence? {
        let alone = Timetable([rule], calendar: calendar, zone: zone, system: system)
        let today = zone.local(now).day
        guard alone.next(after: now) == nil, !rule.isOver(on: today) else { return nil }
        if let day = rule.onlyDay, !calendar.isOpen(day) {
            let because = calendar.reason(for: day).map { " (\($0.text))" } ?? ""
            return Sentence(
                "{day} is closed{because}, and no open day stands for it", ["day": day, "because": because])
        }
        if let last = calendar.lastOpenDay(before: today) {
            return Sentence("the last open day is {day}", ["day": last])
        }
        return Sentence("no day is left by calendar, substitute and validity")
    }
}

extension OperatingCalendar {
    /// The last open day, where no open day follows on a day; nil where one does, or there never was one.
    func lastOpenDay(before day: Day) -> Day? {
        let (first, last) = (CalendarLibrary.horizon.lowerBound, CalendarLibrary.horizon.upperBound)
        guard (first...last).contains(day), !(day...last).contains(where: isOpen) else { return nil }
        return (first...day).reversed().first(where: isOpen)
    }
}

extension ScheduleRule {
    /// The only date that it means; nil where it means several.
    fileprivate var onlyDay: Day? {
        guard case .days(let timing) = timing, timing.cycle == nil else { return nil }
        return switch timing.day {
        case .date(let day): day
        case .registered: from
        default: nil
        }
    }

    /// Whether it says itself that nothing follows: its validity or its only date has passed.
    fileprivate func isOver(on today: Day) -> Bool {
        if let until, until < today { return true }
        if case .pattern(let pattern) = timing { return pattern.years?.allSatisfy { $0 < today.month.year } ?? false }
        return onlyDay.map { $0 < today } ?? false
    }
}
