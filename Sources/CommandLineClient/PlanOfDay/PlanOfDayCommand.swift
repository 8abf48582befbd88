// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Model
import Scheduling
import Storage

/// The command `firstline plan-of-day …`.
struct PlanOfDayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan-of-day", abstract: "The planned starts of a business day; single ones can be changed.",
        discussion: """
            The server plans the starts of schedules two days ahead. What is done here is about one start and never about its \
            schedule: it stays so when schedules are read anew.
            """,
        subcommands: [
            PlanOfDayList.self, PlanOfDayAdd.self, PlanOfDayHold.self, PlanOfDayRelease.self, PlanOfDayMove.self,
            PlanOfDayEdit.self, PlanOfDayRemove.self,
        ], defaultSubcommand: PlanOfDayList.self)
}

/// One planned start as programs read it.
struct SlotItem: Encodable, Sendable {
    let slot: SlotID
    let day: String
    /// By the clocks of the person's zone.
    let start: String
    let zone: String
    let instant: String
    let state: Slot.State
    let schedule: ScheduleName?
    let job: JobID
    /// Whether a person put it at another time than its rule.
    let moved: Bool
    let run: RunID?
    let on: String?
    let except: String?
    /// The values it is given other than its schedule's, by name only: what they are may be secret.
    let values: [String]?
    /// Why it is as it is.
    let reason: String
    /// Where it comes from.
    let origin: String
    /// The same as people read it.
    private let told: Told

    private struct Told: Sendable {
        let reason: Sentence?
        let origin: Sentence
    }

    private enum CodingKeys: String, CodingKey {
        case slot, day, start, zone, instant, state, schedule, job, moved, run, on, except, values, reason, origin
    }

    init(_ slot: Slot, _ zone: Zone) {
        self.slot = slot.id
        day = slot.day.description
        start = slot.startsAt.text(in: zone)
        self.zone = zone.name
        instant = slot.startsAt.description
        state = slot.state
        schedule = slot.schedule
        job = slot.job
        moved = slot.isMoved
        run = slot.run
        on = slot.work?.on
        except = slot.work?.except
        values = slot.work.map { $0.values.keys.sorted() }
        reason = slot.reason?.description ?? ""
        origin = slot.origin.description
        told = Told(reason: slot.reason, origin: slot.origin)
    }

    static func listing(_ items: [SlotItem], _ reader: Reader) -> Listing<SlotItem> {
        Listing(
            columns: [
                .init("START") { $0.start + ($0.moved ? "*" : "") }, .init("ZONE") { $0.zone }, .init("DAY") { $0.day },
                .init("WHAT") { $0.schedule?.rawValue ?? $0.job.rawValue },
                .init("STATE") { reader.text($0.state.rawValue) },
                .init("RUN") { $0.run?.rawValue ?? "" },
                .init("WHY") { reader.text($0.told.reason ?? $0.told.origin) },
                .init("PLANNED START", wide: true) { $0.slot.rawValue }, .init("JOB", wide: true) { $0.job.rawValue },
                .init("ON", wide: true) {
                    [$0.on, $0.except.map { "except \($0)" }].compactMap(\.self).joined(separator: " ")
                },
                .init("VALUES", wide: true) { $0.values?.joined(separator: ", ") ?? "" },
                .init("ORIGIN", wide: true) { reader.text($0.told.origin) },
            ], items: items, name: { $0.slot.rawValue })
    }
}

/// The command `firstline plan-of-day list`.
struct PlanOfDayList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the planned starts of a business day, and what became of them.",
        discussion: "A time with * is not where its rule put it. The times are those of this machine's zone.")

    @Argument(help: ArgumentHelp("The business day; usual: today.", valueName: "YYYY-MM-DD"))
    var day: String?

    @Option(help: ArgumentHelp("So many days from there.", valueName: "number"))
    var days = 1

    @Option(
        help: ArgumentHelp("Only those in this state; may be given several times.", valueName: "state"),
        completion: .list(Slot.State.allCases.map(\.rawValue)))
    var state: [String] = []

    @OptionGroup var common: CommonOptions

    mutating func validate() throws {
        guard (1...366).contains(days) else { throw ValidationError("--days must be from 1 to 366, not \(days)") }
        for text in state where Slot.State(rawValue: text) == nil {
            let known = Slot.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--state must be one of \(known), not '\(text)'")
        }
    }

    func run() async throws {
        let zone = localZone()
        let first = try day.map { try givenDay($0, "the business day") } ?? zone.local(Surroundings.now).day
        let wanted = first...(first + days - 1)
        let states = Set(state.compactMap(Slot.State.init(rawValue:)))
        guard let records = try await Records.openIfThere(common) else { return say("nothing is planned yet") }
        let slots = try await records.store.slots(of: wanted, around: zone).filter {
            states.isEmpty || states.contains($0.state)
        }
        await records.close()
        if slots.isEmpty {
            let what = states.isEmpty ? "nothing is planned" : "nothing in that state is planned"
            say("\(what) for \(first)\(days > 1 ? " and after" : "")")
        }
        let listing = SlotItem.listing(slots.map { SlotItem($0, zone) }, common.reader)
        put(try listing.text(common.format, common.language), common.format)
    }
}

extension RunReader {
    /// The planned starts of some business days, in order.
    func slots(of days: ClosedRange<Day>, around zone: Zone) async throws -> [Slot] {
        // A business day may begin a day before the person's, in another zone, and its starts come up to two days after it.
        let (from, through) = (zone.instant(days.lowerBound - 2, 0), zone.instant(days.upperBound + 4, 0))
        let most = APIQuery.largestLimit
        let found = try await storeCall { () async throws(StoreError) in
            try await slots(from: from, through: through, limit: most)
        }
        if found.count == most { say("only the first \(most) planned starts were read; ask for fewer days") }
        return found.filter { days.contains($0.day) }
    }

    /// The planned start a person means: a whole name, a schedule (its next start), or the beginning of a name that only one open
    /// start has.
    func findSlot(_ text: String) async throws -> Slot {
        let whole = try await storeCall { () async throws(StoreError) in try await slot(SlotID(text)) }
        if let whole { return whole }
        // Names of a schedule's starts are in the order of time.
        let next = try await storeCall { () async throws(StoreError) in try await openSlots(named: text + "@", limit: 1)
        }
        if let next = next.first, next.schedule?.rawValue == text { return next }
        let near = try await storeCall { () async throws(StoreError) in try await openSlots(named: text, limit: 6) }
        guard near.count < 2 else {
            let names = near.prefix(5).map(\.id.rawValue).joined(separator: ", ")
            let rest = near.count > 5 ? " and more" : ""
            throw CommandFailure(.usage, "'\(text)' could be any of \(names)\(rest)")
        }
        guard let only = near.first else {
            throw CommandFailure(
                .usage,
                "no planned start '\(text)' is still to come; 'firstline plan-of-day list -o wide' shows those there are"
            )
        }
        return only
    }
}

/// The zone this machine's clock is set to.
func localZone() -> Zone { ZoneCabinet().zone(Surroundings.localZone) ?? .utc }
