// SPDX-License-Identifier: Apache-2.0

import Model

/// What a calendar starts from.
indirect enum OpenDays: Hashable, Sendable {
    /// Every day is open.
    case all
    /// The open days of a calendar.
    case calendar(OperatingCalendar)
    /// The days that are in all of them.
    case common([OpenDays])
    /// The days that are in any of them.
    case joint([OpenDays])
    /// The days that are not in it.
    case others(OpenDays)

    func contains(_ day: Day) -> Bool {
        switch self {
        case .all: true
        case .calendar(let calendar): calendar.isOpen(day)
        case .common(let parts): parts.allSatisfy { $0.contains(day) }
        case .joint(let parts): parts.contains { $0.contains(day) }
        case .others(let part): !part.contains(day)
        }
    }

    /// The entry that decides about a day, if one does.
    func reason(for day: Day) -> DayReason? {
        switch self {
        case .all: return nil
        case .calendar(let calendar): return calendar.reason(for: day)
        case .common(let parts), .joint(let parts):
            let isOpen = contains(day)
            return parts.lazy.filter { $0.contains(day) == isOpen }.compactMap { $0.reason(for: day) }.first
        case .others(let part): return part.reason(for: day)
        }
    }
}
