// SPDX-License-Identifier: Apache-2.0

import Engine
import Model

/// What a server tells of its work, on standard error: a line with time and level for each thing that happens.
enum ServerLog {
    static func say(_ level: Level, _ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).printable }
        CommandLineClient.say("\(Surroundings.now) \(level.rawValue) \(lines.joined(separator: " | "))")
    }

    static func say(_ event: ScheduleEvent) {
        let slot = event.slot
        let name = slot.schedule.map { "schedule \($0)" } ?? "planned start \(slot.id)"
        let start = "the start of \(slot.startsAt) (business day \(slot.day))"
        switch event.kind {
        case .started(let run): say(event.level, "\(name): \(start) is run \(run)")
        case .skipped: say(event.level, "\(name): \(start) is skipped: \(slot.reason)")
        }
    }
}
