// SPDX-License-Identifier: Apache-2.0

import Model

extension ScheduleRule {
    /// The latest minute after midnight of its date at which it may start something.
    func latestMinute(_ baseTime: Int) -> Int {
        guard case .days(let timing) = timing else { return 0 }
        let clocks = [timing.times.first, timing.times.again?.until].compactMap(\.self)
        return clocks.map { clock in
            switch clock {
            // Before the base time it is a time of the next date.
            case .absolute(let minutes): minutes < baseTime ? minutes + 1440 : minutes
            case .relative(let minutes): baseTime + minutes
            }
        }.max() ?? 0
    }
}

extension Timetable {
    /// Whether its calendar has any effect: on days, or on where a business day begins.
    package var asksCalendar: Bool { calendar.baseTime > 0 || rules.contains(where: \.asksCalendar) }
}
