// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads the days of the events of an iCalendar (RFC 5545): events of whole days, also those that come again.
struct InternetCalendar {
    let filter: EventFilter
    /// So many days all rules of a file may look at, whether they come on them or not.
    let mostLooks: Int

    /// So many days all events of a file may come to: what a file costs does not grow with its rules.
    static let mostDays = 1_000_000
    private static let unread = "events that are not read"

    func read(_ lines: [ArraySlice<UInt8>], _ found: inout FoundDays) {
        let events = InternetCalendar.events(lines, &found)
        // An occurrence that has an event of its own is not where its rule has it.
        var moved: [String: Set<Day>] = [:]
        for event in events {
            if let day = event.movedFrom { moved[event.uid, default: []].insert(day) }
        }
        var (room, looks) = (InternetCalendar.mostDays, Recurrence.Looks(most: mostLooks))
        for event in events {
            guard !event.isCancelled else { continue }
            guard event.counts(filter) else {
                found.leftOut += 1
                continue
            }
            do throws(CalendarEvent.Unreadable) {
                let gone = event.movedFrom == nil ? moved[event.uid] ?? [] : []
                for day in try event.days(without: gone, room: &room, looks: &looks) { found.add(day, event.name) }
            } catch {
                found.tell("the event is not read: \(error.why)", line: event.line, kind: InternetCalendar.unread)
            }
        }
    }

    /// The events of the file: what belongs to other parts, such as an event's alarm, is passed over.
    private static func events(_ lines: [ArraySlice<UInt8>], _ found: inout FoundDays) -> [CalendarEvent] {
        var (events, open): ([CalendarEvent], [(name: String, line: Int)]) = ([], [])
        var event = CalendarEvent(line: 0)
        for (number, bytes) in ContentLine.unfolded(lines) {
            guard let line = ContentLine(bytes) else { continue }
            switch line.name {
            case "BEGIN":
                open.append((line.value.uppercased(), number))
                if isEvent(open) { event = CalendarEvent(line: number) }
            case "END":
                guard open.last?.name == line.value.uppercased() else {
                    found.tell(
                        "END:\(shortened(line.value)) closes nothing that is open; the file is damaged", line: number,
                        kind: "lines that close nothing")
                    continue
                }
                // What is not written to its end is not what was meant.
                if isEvent(open) { events.append(event) }
                open.removeLast()
            default:
                if isEvent(open) { event.properties[line.name, default: []].append(line) }
            }
        }
        if let (name, line) = open.last {
            found.tell("the file ends before END:\(shortened(name)); it is cut off", line: line)
        }
        return events
    }

    private static func isEvent(_ open: [(name: String, line: Int)]) -> Bool {
        open.count == 2 && open[0].name == "VCALENDAR" && open[1].name == "VEVENT"
    }
}

/// The beginning of a text that may be very long.
func shortened(_ text: String) -> String { text.count > 60 ? text.prefix(60) + "…" : text }
