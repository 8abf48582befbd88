// SPDX-License-Identifier: Apache-2.0

package import Model

/// A maintenance window or a freeze that can be asked whether a change may begin.
package struct ChangeWindow: Hashable, Sendable {
    package let definition: WindowDefinition
    let timetable: Timetable
    /// Why it cannot be used, where it cannot.
    var fault: Sentence?

    /// Whether it can be used as it is written.
    package var isUsable: Bool { definition.periods != .unknown }

    /// What stands against a change that begins at an instant; nil = nothing.
    package func objection(at instant: Instant) -> Objection? { answer(at: instant).objection }

    /// The same, and up to when there is one, or none; nil = for ever.
    func answer(at instant: Instant) -> (objection: Objection?, end: Instant?) {
        func objection(until end: Instant?) -> Objection { Objection(definition, until: end, zone: timetable.zone) }
        if case .unknown = definition.periods {
            return (Objection(definition, until: nil, zone: timetable.zone, fault: fault), nil)
        }
        if let end = endOfPeriod(around: instant) {
            return (definition.kind == .freeze ? objection(until: end) : nil, end)
        }
        let next = nextPeriod(after: instant)
        return (definition.kind == .window ? objection(until: next) : nil, next)
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
    /// Why the window or freeze cannot be used; nil where it can.
    private let fault: Sentence?

    init(_ definition: WindowDefinition, until: Instant?, zone: Zone, fault: Sentence? = nil) {
        window = definition.name
        kind = definition.kind
        title = definition.title
        policy = definition.policy
        self.until = until
        self.zone = zone
        self.fault = fault
    }

    /// What it is and until when, by the clocks of its own zone.
    package var sentence: Sentence {
        let noun = kind == .freeze ? "the freeze {name}" : "the maintenance window {name}"
        guard fault == nil else {
            return say("\(noun) cannot be used as it is written, and no change begins until it can: {fault}")
        }
        return switch (kind, until) {
        case (.freeze, nil): say("\(noun) lasts until further notice")
        case (.freeze, _): say("\(noun) lasts until {time}")
        case (.window, nil): say("\(noun) is closed for good")
        case (.window, _): say("\(noun) is closed; it opens next at {time}")
        }
    }

    private func say(_ words: String) -> Sentence {
        var values: [String: any CustomStringConvertible] = ["name": name]
        values["fault"] = fault
        values["time"] = until.map { instant in
            let (day, seconds) = zone.local(instant)
            return "\(day) \(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)) (\(zone.name))"
        }
        return Sentence(words, values)
    }

    private var name: Sentence {
        guard let title else { return Sentence(verbatim: "'\(window)'") }
        return Sentence("'{name}' ({title})", ["name": window, "title": Sentence.Part.title(title)])
    }

    package var description: String { sentence.description }
}

extension [Objection] {
    /// All of them, one after another.
    package var sentence: Sentence { .list(map(\.sentence)) }
}
