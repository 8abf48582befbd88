// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Planning
import Scheduling

/// The command `firstline schedule rehearse`.
struct ScheduleRehearse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Go through a period: how often each schedule starts, and what would hinder which start.",
        discussion: """
            Two starts clash when their runs would change the same hosts, or are of one job that allows one run at a time. A start is \
            hindered when a freeze or a closed maintenance window is about hosts it would change. The hosts are those of the inventory; \
            without one, only jobs are compared, and only windows that are about all hosts count. Ends with 1 when something clashes, is \
            hindered or could not be run: its job does not exist, or its selection finds no host. A period with more than \
            1000000 starts (100000 with --all) is refused.
            """)

    @Option(help: ArgumentHelp("The first business day; usual: today.", valueName: "YYYY-MM-DD"))
    var from: String?

    @Option(help: ArgumentHelp("The last one; usual: a year later.", valueName: "YYYY-MM-DD"))
    var to: String?

    @Option(help: ArgumentHelp("How long a run is taken to last.", valueName: "duration"))
    var takes = "10m"

    @Flag(help: "List every start instead.")
    var all = false

    @OptionGroup var options: ScheduleOptions
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Inventory; usual: the configured one, if there is one.", valueName: "file"),
        completion: .file())
    var inventory: String?
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let book = try options.book(common)
        guard let duration = Duration(written: takes), duration > .zero else {
            throw CommandFailure(.usage, "--takes must be a duration such as 10m, not '\(takes)'")
        }
        let first = try from.map { try givenDay($0, "--from") } ?? today(in: Surroundings.localZone)
        let last = try to.map { try givenDay($0, "--to") } ?? first + 364
        guard first <= last else { throw CommandFailure(.usage, "--to must not be before --from") }
        try refuse(book.mostStarts(on: first...last), first, last)
        book.tellFaults(common.language)
        guard !all else { return try putAll(of: book, first...last) }
        var footprints = RehearsalFootprints(common)
        try footprints.find(in: book, inventory: inventory)
        var rehearsal = Rehearsal(footprints: footprints.found, windows: book.windows, duration: duration)
        do throws(Rehearsal.TooMany) {
            for starts in book.pieces(of: first...last) { try rehearsal.add(starts) }
        } catch {
            throw CommandFailure(
                .usage,
                "too many starts clash or meet windows to compare them all: \(Rehearsal.mostComparisons) comparisons were reached on "
                    + "\(error.day); rehearse a shorter period with --to, or shorter runs with --takes")
        }
        let item = RehearsalItem(rehearsal, book, first...last, footprints.missing)
        put(try item.sheet(common.language).text(common.format, common.language), common.format)
        if item.isHindered { throw ExitCode(1) }
    }

    /// Refuses a period that would take too long, before it is gone through.
    private func refuse(_ count: StartCount, _ first: Day, _ last: Day) throws {
        let most = all ? Self.mostListed : Rehearsal.mostStarts
        guard count.total > most, let densest = count.densest else { return }
        throw CommandFailure(
            .usage,
            "from \(first) to \(last) there would be up to \(count.total) starts, and the most is \(most); rule \(densest.rule) of the "
                + "schedule \(densest.schedule) gives up to \(densest.starts) of them; rehearse a shorter period with --to"
        )
    }

    /// More starts are not listed at once.
    private static let mostListed = 100_000

    private func putAll(of book: ScheduleBook, _ days: ClosedRange<Day>) throws {
        let items = book.pieces(of: days).flatMap { starts in
            starts.compactMap { start in book[start.schedule].map { StartItem(start, $0) } }
        }
        let listing = StartItem.listing(items, oneSchedule: false, common.language)
        put(try listing.text(common.format, common.language), common.format)
    }
}
