// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import ArgumentParser
import Definitions
import Engine
import Model
import Planning
import Scheduling
import Storage

/// Which planned start, and why it is changed.
struct SlotOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The planned start: its name, a beginning that only one open start has, or a schedule: its next start.",
            valueName: "planned start"), completion: .custom(Completion.slots))
    var slot: String

    @Option(help: ArgumentHelp("Why; kept with it.", valueName: "text"))
    var reason: String = ""

    @OptionGroup var common: CommonOptions
}

/// The command `firstline plan-of-day hold`.
struct PlanOfDayHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Let a planned start wait for a person, also when its time has come.")

    @OptionGroup var options: SlotOptions

    func run() async throws { try await change(options) { _ in .hold } }
}

/// The command `firstline plan-of-day release`.
struct PlanOfDayRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Hold a planned start no longer; where its time has passed, it starts at once.")

    @OptionGroup var options: SlotOptions

    func run() async throws { try await change(options) { _ in .release } }
}

/// The command `firstline plan-of-day remove`.
struct PlanOfDayRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take planned starts out; their schedules stay as they are.",
        discussion: """
            'firstline plan-of-day list --state planned -o name' gives names. They are removed one after another, up to the first that \
            cannot be.
            """)

    @Argument(
        help: ArgumentHelp(
            "The planned starts: names, beginnings that only one open start has, or schedules: their next starts.",
            valueName: "planned start"), completion: .custom(Completion.slots))
    var slots: [String]

    @Option(help: ArgumentHelp("Why; kept with them.", valueName: "text"))
    var reason: String = ""

    @OptionGroup var common: CommonOptions

    func run() async throws { try await change(slots, reason, common) { _ in .remove } }
}

/// The command `firstline plan-of-day move`.
struct PlanOfDayMove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Start one planned start at another time; at once where that has passed.")

    @Option(
        help: ArgumentHelp(
            "The new time by this machine's clock: 22:30 or 25:30 of its business day, or '2026-12-01 22:30'.",
            valueName: "time"))
    var at: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("So much later, or earlier with a minus: 30m, -1h.", valueName: "duration"))
    var by: String?

    @OptionGroup var options: SlotOptions

    mutating func validate() throws {
        guard (at == nil) != (by == nil) else {
            throw ValidationError("say the new time with --at, or how much later with --by")
        }
    }

    func run() async throws {
        try await change(options) { slot in
            if let by {
                let isEarlier = by.hasPrefix("-")
                guard let duration = Duration(written: isEarlier ? String(by.dropFirst()) : by) else {
                    throw CommandFailure(.usage, "--by must be a duration such as 30m or -1h, not '\(by)'")
                }
                return .move(slot.startsAt + (isEarlier ? .zero - duration : duration))
            }
            return .move(try GivenTime(at ?? "", "--at").instant(on: slot.day, in: localZone()))
        }
    }
}

/// The command `firstline plan-of-day edit`.
struct PlanOfDayEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Let one planned start work on other targets, or with other values.",
        discussion: "What is not given stays as it was; --except '' excepts nothing. Values are added to those it has.")

    @OptionGroup var targets: TargetOptions
    @OptionGroup var given: ValueOptions
    @OptionGroup var schedules: ScheduleOptions
    @OptionGroup var options: SlotOptions

    mutating func validate() throws {
        guard targets.on != nil || targets.except != nil || !given.isEmpty else {
            throw ValidationError("say what is to be different: --on, --except, -e or --vars-from")
        }
    }

    func run() async throws {
        try await change(options) { slot in
            var work =
                try slot.work ?? slot.schedule.map { try schedules.book(options.common).schedule($0.rawValue) }?
                .definition.work ?? SlotWork(on: nil)
            work.on = targets.on ?? work.on
            work.except = targets.except ?? work.except
            if work.except?.isEmpty == true { work.except = nil }
            work.values.merge(try givenValues(given)) { _, new in new }
            tellLeftOut(slot.job, work, options.common)
            return .edit(work)
        }
    }
}

/// Has one planned start changed, by the server or in the store, and shows it.
private func change(_ options: SlotOptions, _ action: (Slot) throws -> ChangeSlot.Action) async throws {
    try await change([options.slot], options.reason, options.common, action)
}

/// Has planned starts changed one after another, by the server or in the store, and shows them.
private func change(
    _ names: [String], _ reason: String, _ common: CommonOptions, _ action: (Slot) throws -> ChangeSlot.Action
) async throws {
    let records = try await Records.open(common)
    var requests: [ChangeSlot] = []
    for name in names {
        let slot = try await records.store.findSlot(name)
        requests.append(
            ChangeSlot(slot: slot.id, action: try action(slot), by: Surroundings.person, reason: reason))
    }
    await records.close()
    let wanted = requests
    let changed = try await onPlanOfDay(common) { server in
        var changed: [Slot] = []
        for request in wanted { changed.append(try await server.change(request)) }
        return changed
    } here: { plan in
        var changed: [Slot] = []
        for request in wanted { changed.append(try await plan.change(request)) }
        return changed
    }
    let zone = localZone()
    let items = changed.map { SlotItem($0, zone) }
    put(try SlotItem.listing(items, common.reader).text(common.format, common.language), common.format)
}

/// Has the plan of the day changed by the server, or changes it in the store where there is none.
func onPlanOfDay<Answer: Sendable>(
    _ common: CommonOptions, server: (ServerConnection) async throws -> Answer,
    here: (PlanOfDay) async throws -> Answer
) async throws -> Answer {
    if let connection = try RunningServer.find(common.data) {
        return try await apiCall { try await server(connection) }
    }
    let house = try await House.writing(common)
    let plan = PlanOfDay(store: house.store) { (job, work) throws(Problems) in try check(job, work, common) }
    do {
        let answer = try await here(plan)
        await house.close()
        say("no server runs for this store: it is kept, and nothing starts by itself until one does")
        return answer
    } catch {
        await house.close()
        switch error {
        case let refusal as SlotRefusal: throw CommandFailure(.refused, refusal.description)
        case let problems as Problems: throw CommandFailure(problems)
        case let error as StoreError: throw CommandFailure(error)
        default: throw error
        }
    }
}

/// Proves that a job can be planned so, from the files as they are now.
private func check(_ job: JobID, _ work: SlotWork, _ common: CommonOptions) throws(Problems) {
    do {
        _ = try planNow(job, work, common)
    } catch {
        throw (error as? CommandFailure)?.problems ?? (error as? Problems) ?? Problems("\(error)")
    }
}

/// Says which hosts a job would leave out of a start, as the files are now.
///
/// Where it cannot be planned, nothing is said: whoever keeps the start refuses it.
func tellLeftOut(_ job: JobID, _ work: SlotWork, _ common: CommonOptions) {
    let warnings = (try? planNow(job, work, common))?.warnings.all ?? []
    for warning in warnings where warning.isAboutTargets { say(Phrases.text(warning, common.language)) }
}

private func planNow(
    _ job: JobID, _ work: SlotWork, _ common: CommonOptions
) throws -> (plan: Plan, warnings: Problems) {
    let registry = try loadRegistry(common)
    let inventory = try loadInventory(try SelectionOptions.parse([]), common)
    let planner = Planner(
        library: try loadJobs(common, only: job, registry: registry), inventory: inventory, registry: registry)
    let selection = try Planning.Selection(ofRun: work.on, except: work.except, in: inventory)
    return try planner.plan(PlanRequest(job: job, selection: selection, values: work.values))
}
