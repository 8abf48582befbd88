// SPDX-License-Identifier: Apache-2.0

import Model

@testable import Definitions

/// What a file of dates comes to: its days in order, with their names, and its problems, one a line.
struct ReadDates {
    let days: [String]
    let named: [String]
    let problems: String

    init(_ bytes: [UInt8], _ reader: DatesFile = DatesFile(file: "d")) {
        var problems = Problems()
        let names = reader.read(bytes, &problems)
        days = names.keys.sorted().map(\.description)
        named = names.sorted { $0.key < $1.key }.map { $1.isEmpty ? "\($0)" : "\($0) \($1)" }
        self.problems = problems.description
    }

    init(_ text: String, _ reader: DatesFile = DatesFile(file: "d")) { self.init(Array(text.utf8), reader) }
}

/// An iCalendar of events, each given by its lines.
func iCalendar(_ events: [String]...) -> String {
    let lines = events.flatMap { ["BEGIN:VEVENT"] + $0 + ["END:VEVENT"] }
    return (["BEGIN:VCALENDAR", "VERSION:2.0"] + lines + ["END:VCALENDAR"]).joined(separator: "\r\n") + "\r\n"
}
