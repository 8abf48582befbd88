// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Scheduling

/// The command `firstline schedule explain`.
struct ScheduleExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say of each rule why it starts something on a business day, or does not.",
        discussion: """
            Ends with 1 when nothing starts on that day, also because another schedule is planned for it or this one is not in use. Of a \
            rule with very many starts the table shows the first; -o wide and the forms for programs give all.
            """)

    @Argument(
        help: ArgumentHelp("The schedule.", valueName: "schedule"), completion: .custom(Completion.schedules))
    var name: String

    @Argument(help: ArgumentHelp("The business day.", valueName: "YYYY-MM-DD"))
    var on: String

    @OptionGroup var options: ScheduleOptions
    @OptionGroup var common: CommonOptions

    struct Item: Encodable, Sendable {
        let rule: Int
        let text: String
        /// By the clocks of the schedule's zone.
        var starts: String?
        var instant: String?
        let zone: String
        /// The schedule that keeps it from running on this business day.
        var excludedBy: ScheduleName?
        /// Whether the schedule starts anything by itself.
        let inUse: Bool
        var why: String
    }

    /// How many starts of a rule a table shows.
    static let shown = 20

    func run() async throws {
        let book = try options.book(common)
        let schedule = try book.schedule(name)
        let day = try givenDay(on, "the business day")
        let (definition, timetable) = (schedule.definition, schedule.timetable)
        // Whether a job takes part in those that call it is not for other schedules to say.
        let excluder = definition.isForCallers ? nil : book.excluder(of: definition.name, on: day)
        // What programs read stays English.
        let language = common.format.isForPrograms ? Language.english : common.language
        let items = timetable.explain(day).map { explanation -> Item in
            var item = Item(
                rule: explanation.rule.number, text: explanation.rule.text(language), zone: timetable.zone.name,
                inUse: definition.isEnabled, why: Phrases.text(explanation.why, language))
            if let occurrence = explanation.start {
                item.starts = occurrence.instant.text(in: timetable.zone)
                item.instant = occurrence.instant.description
                item.excludedBy = excluder
                if let excluder {
                    item.why = Phrases.text(
                        "does not run, for {other} is planned for this day", language, ["other": excluder.rawValue])
                }
            }
            return item
        }
        let listing = Listing<Item>(
            columns: [
                .init("NO") { String($0.rule) }, .init("RULE") { $0.text }, .init("START") { $0.starts ?? "" },
                .init("ZONE") { $0.starts == nil ? "" : $0.zone }, .init("WHY") { $0.why },
            ], items: common.format == .table ? shortened(items) : items, name: { String($0.rule) })
        definition.tellIdleness(common)
        put(try listing.text(common.format, common.language), common.format)
        let isIdle = !definition.isEnabled && !definition.isForCallers
        if isIdle || !items.contains(where: { $0.starts != nil && $0.excludedBy == nil }) { throw ExitCode(1) }
    }

    /// Of each rule the first starts, and how many more there are.
    private func shortened(_ items: [Item]) -> [Item] {
        Dictionary(grouping: items, by: \.rule).sorted { $0.key < $1.key }.flatMap { rule, starts -> [Item] in
            let more = starts.count - Self.shown
            guard more > 0 else { return starts }
            let rest = Item(
                rule: rule, text: "", zone: starts[0].zone, inUse: starts[0].inUse,
                why: Phrases.text(
                    "and {count} more; -o wide shows them", common.language, ["count": String(more)]))
            return Array(starts.prefix(Self.shown)) + [rest]
        }
    }
}
