// SPDX-License-Identifier: Apache-2.0

package import Model

/// A maintenance window or a freeze that can be asked whether a change may begin.
package struct ChangeWindow: Hashable, Sendable {
    package let definition: WindowDefinition
    let timetable: Timetable
    /// Why it cannot be used, where it cannot.
    var fault = ""

    /// Whether it can be used as it is written.
    package var isUsable: Bool { definition.periods != .unknown }

    /// What stands against a change that begins at an instant; nil = nothing.
    package func objection(at instant: Instant) -> Objection? {
        if case .unknown = definition.periods {
            return Objection(definition, until: nil, zone: timetable.zone, fault: fault)
        }
        let end = endOfPeriod(around: instant)
        switch definition.kind {
        case .freeze: return end.map { Objection(definition, until: $0, zone: timetable.zone) }
        case .window:
            return end == nil ? Objection(definition, until: nextPeriod(after: instant), zone: timetable.zone) : nil
        }
    }

    /// When the last period ends that an instant lies in; nil when it lies in none.
    ///
    /// The end itself is outside.
    private func endOfPeriod(around instant: Instant) -> Instant? {
        switch definition.periods {
        case .once(let from, let until):
            let (start, end) = (self.instant(from), self.instant(until))
            return start <= instant && instant < end ? end : nil
        case .rules(_, let lasts):
            let first = instant - lasts + .microseconds(1)
            return timetable.occurrences(from: first, through: instant).last.map { $0.instant + lasts }
        case .unknown: return nil
        }
    }

    private func nextPeriod(after instant: Instant) -> Instant? {
        switch definition.periods {
        case .once(let from, _): return self.instant(from) > instant ? self.instant(from) : nil
        case .rules: return timetable.next(after: instant)?.instant
        case .unknown: return nil
        }
    }

    private func instant(_ time: WindowDefinition.LocalTime) -> Instant {
        timetable.zone.instant(time.day, time.minutes * 60)
    }
}

/// What a window or a freeze has against a change.
package struct Objection: Hashable, Sendable, CustomStringConvertible {
    package let window: WindowName
    package let kind: WindowDefinition.Kind
    package let title: Localized?
    package let policy: WindowDefinition.Policy
    /// When it ends; nil = it is not known to.
    package let until: Instant?
    private let zone: Zone
    /// Why the window or freeze cannot be used; empty where it can.
    private let fault: String

    init(_ definition: WindowDefinition, until: Instant?, zone: Zone, fault: String? = nil) {
        window = definition.name
        kind = definition.kind
        title = definition.title
        policy = definition.policy
        self.until = until
        self.zone = zone
        self.fault = fault ?? ""
    }

    package var description: String {
        let time = until.map { instant -> String in
            let (day, seconds) = zone.local(instant)
            return "\(day) \(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)) (\(zone.name))"
        }
        let name = "'\(window)'" + (title.map { " (\($0.text(.english)))" } ?? "")
        guard fault.isEmpty else {
            return "the \(kind.rawValue) \(name) cannot be used as it is written, and no change begins until it can: "
                + fault
        }
        return switch kind {
        case .freeze: "the freeze \(name) lasts until \(time ?? "further notice")"
        case .window:
            "the maintenance window \(name) is closed" + (time.map { "; it opens next at \($0)" } ?? " for good")
        }
    }
}
