// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let eventPromises = [
        StorePromise("events come in the order they were kept, from a position on or from the end") { store in
            let events =
                (1...4).map { event(.skipped, slot: SlotID("s\($0)"), Sentence(verbatim: "문자 '\($0)'")) } + [
                    event(.skipped, Sample.sentence)
                ]
            for event in events { #expect(try await store.note(event)) }
            let first = try await store.events(after: 0, limit: 2)
            #expect(first.events == Array(events[0..<2]))
            let next = try await store.events(after: first.position, limit: 99)
            #expect(next.events == Array(events[2...]))
            #expect(
                try await store.events(after: next.position, limit: 99)
                    == EventPage(events: [], position: next.position))
            #expect(try await store.events(after: -2, limit: 99).events == Array(events[3...]))
            #expect(try await store.events(after: -99, limit: 99).events == events)
        },
        StorePromise("an event that may happen once only is kept once") { store in
            #expect(try await store.note(event(.startDelay, slot: "a", "first")))
            #expect(try await !store.note(event(.startDelay, slot: "a", "second")))
            #expect(try await store.note(event(.startDelay, slot: "b", "third")))
            #expect(try await store.note(event(.longRun, run: "r1", "fourth")))
            #expect(try await store.note(event(.endDelay, run: "r1", "fifth")))
            #expect(try await !store.note(event(.endDelay, run: "r1", "sixth")))
            #expect(try await store.note(event(.skipped, slot: "a", "seventh")))
            #expect(try await store.note(event(.skipped, slot: "a", "eighth")))
            let texts = try await store.events(after: 0, limit: 99).events.map(\.text.description)
            #expect(texts == ["first", "third", "fourth", "fifth", "seventh", "eighth"])
        },
        StorePromise("what a look ahead finds is kept once, and again when it was not found meanwhile") { store in
            let first = found(1, .neverStarts, .calendarEnds, .unusable)
            #expect(try await store.keep(found: first) == first)
            #expect(try await store.keep(found: found(2, .neverStarts, .calendarEnds, .unusable)) == [])
            #expect(try await store.keep(found: found(3, .calendarEnds)) == [])
            let again = found(4, .neverStarts, .calendarEnds, .unusable)
            #expect(try await store.keep(found: again) == [again[0], again[2]])
            #expect(try await store.keep(found: []) == [])
            let last = found(5, .calendarEnds)
            #expect(try await store.keep(found: last) == last)
            let all = try await store.events(after: 0, limit: 99).events
            #expect(all == first + [again[0], again[2]] + last)
        },
        StorePromise("a look ahead takes nothing from events of other kinds that may happen once only") { store in
            #expect(try await store.note(event(.startDelay, slot: "a", "first")))
            let new = try await store.keep(found: [])
            #expect(new == [])
            #expect(try await !store.note(event(.startDelay, slot: "a", "second")))
        },
        StorePromise("what a person changes is kept with the event that says so, or neither is") { store in
            let start = Sample.slot
            try await store.keep(.addStarts([start]), noting: event(.planChanged, "added"))
            #expect(try await store.slot(start.id) == start)
            let other = Slot(
                id: "s2", schedule: nil, job: "a", day: start.day, startsAt: start.startsAt,
                origin: Sentence("added by {person}", ["person": "kim"]))
            // A name that is taken: of several starts none is added.
            await #expect(throws: StoreError.slotHasChanged(start.id, now: .planned)) {
                try await store.keep(.addStarts([other, start]), noting: event(.planChanged, "added twice"))
            }
            #expect(try await store.slot("s2") == nil)
            var held = start
            (held.state, held.reason) = (.held, Sample.sentence)
            try await store.keep(.changeStart(held, from: start), noting: event(.planChanged, "held"))
            await #expect(throws: StoreError.slotHasChanged(start.id, now: .held)) {
                try await store.keep(.changeStart(held, from: start), noting: event(.planChanged, "held twice"))
            }
            #expect(try await store.slot(start.id) == held)
            let key = PinnedHostKey(
                endpoint: Endpoint(address: "a", port: 22), key: HostKey(type: "ssh-rsa", base64: "AAA1"),
                pinnedAt: Sample.time(1), pinnedBy: "kim")
            let old = Endpoint(address: "b", port: 22)
            try await store.pin(
                PinnedHostKey(endpoint: old, key: key.key, pinnedAt: Sample.time(1), pinnedBy: "kim"))
            try await store.keep(.hostKeys(pin: [key], forget: [old]), noting: event(.keysChanged, "keys"))
            #expect(try await store.pinnedHostKeys() == [key])
            #expect(
                try await store.events(after: 0, limit: 99).events.map(\.text.description) == ["added", "held", "keys"])
        },
    ]

    private static func event(_ kind: Event.Kind, slot: SlotID? = nil, run: RunID? = nil, _ text: String) -> Event {
        event(kind, slot: slot, run: run, Sentence(verbatim: text))
    }

    private static func event(_ kind: Event.Kind, slot: SlotID? = nil, run: RunID? = nil, _ text: Sentence) -> Event {
        Event(
            at: Sample.time(1), level: .warning, kind: kind, schedule: "nightly", slot: slot, job: "a", run: run, text)
    }

    private static func found(_ second: Int, _ kinds: Event.Kind...) -> [Event] {
        kinds.map { Event(at: Sample.time(second), level: .warning, kind: $0, Sample.sentence) }
    }
}
