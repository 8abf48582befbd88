// SPDX-License-Identifier: Apache-2.0

package import Model

extension ScheduleBook {
    /// The next starts of a schedule that are wanted; fewer where none is wanted for as long as is worth looking.
    ///
    /// They are looked for a day at a time: there may be one every minute, and not one that is wanted for weeks.
    package func next(
        _ count: Int, of schedule: Schedule, after: Instant, where isWanted: (PlannedStart) -> Bool
    ) -> [PlannedStart] {
        var (found, instant, vainDays): ([PlannedStart], Instant, Int) = ([], after, 0)
        while found.count < count, vainDays < Self.daysWorthLooking,
            let next = schedule.timetable.next(after: instant)
        {
            instant = next.instant + .seconds(86_400)
            let wanted = planned(schedule.name, from: next.instant, through: instant).filter(isWanted)
            vainDays = wanted.isEmpty ? vainDays + 1 : 0
            found += wanted.prefix(count - found.count)
        }
        return found
    }

    /// After so many days with starts of which none is wanted, no more is looked for.
    private static let daysWorthLooking = 400
}
