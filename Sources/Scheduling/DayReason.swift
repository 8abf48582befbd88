// SPDX-License-Identifier: Apache-2.0

package import Model

/// Which entry of a calendar has a day open or closed.
package struct DayReason: Hashable, Sendable {
    /// The calendar that has the entry.
    package let calendar: CalendarName
    /// What a file of dates calls the day, such as the event of an iCalendar.
    package let name: String?
    /// Where the entry is written.
    package let place: Place?

    init(_ entry: CalendarDefinition.Entry, _ day: Day, in calendar: CalendarName) {
        self.calendar = calendar
        place = entry.place
        if case .days(let names) = entry.days, let name = names[day], !name.isEmpty {
            self.name = name
        } else {
            name = nil
        }
    }

    /// `Christmas Day, kr.yaml:5:7`, as far as each is known.
    package var text: String { [name, place?.description].compactMap(\.self).joined(separator: ", ") }
}
