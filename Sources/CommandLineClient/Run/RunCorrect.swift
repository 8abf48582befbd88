// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import ArgumentParser
import Engine
import Model
import Planning
import Storage

/// Which steps of a run a correction is about.
struct CorrectionOptions: ParsableArguments {
    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.runs))
    var run: String

    @Option(
        name: [.customLong("on"), .customShort("l")],
        help: ArgumentHelp("Only on these of the run's targets; 'controller' = what ran once.", valueName: "selection"))
    var on: String?

    @OptionGroup var common: CommonOptions
}

/// One step, and why something is done to it.
struct StepAndReason: ParsableArguments {
    @Option(help: ArgumentHelp("The step.", valueName: "path"))
    var step: String

    @Option(help: ArgumentHelp("Why; kept with the run.", valueName: "text"))
    var reason: String = ""
}

/// `firstline run rework <run>`.
struct RunRework: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rework",
        abstract: "Do again what did not end well, in the same run; earlier tries stay beside it.",
        discussion: """
            Without --from, every step that failed, is unknown or was cancelled is tried anew, and what follows it runs as the \
            flow says. With --from, that step and all that follows it is done again, also where it was good.
            """)

    @Option(help: ArgumentHelp("Do again this step and what follows it.", valueName: "path"))
    var from: String?

    @Flag(help: "With --from: only where that step did not end well.")
    var onlyFailed = false

    @Flag(name: [.short, .long], help: "Do not ask before something is changed again.")
    var yes = false

    @OptionGroup var options: CorrectionOptions

    func run() async throws {
        let confirm = ReworkQuestion(onlyFailed: onlyFailed, language: options.common.language)
        try await correct(
            options, step: from, asking: .rework, onlyFailed: onlyFailed, before: yes ? { _, _ in } : confirm.ask
        ) {
            .rework($0, onlyFailed: onlyFailed)
        }
    }
}

/// A person at a terminal is asked before steps that change something are done again.
private struct ReworkQuestion {
    let onlyFailed: Bool
    let language: Language

    func ask(_ view: RunView, _ selection: Recovery.Selection) throws {
        guard Surroundings.isTerminal(0), Surroundings.isTerminal(2) else { return }
        let plan = view.plan
        // What is refused is refused by whoever does it, with the reason.
        guard let records = try? Recovery(plan: plan, records: view.records).rework(selection, onlyFailed: onlyFailed)
        else { return }
        let changing = records.map(\.key).filter {
            plan.steps[$0.step].role == .task && plan.steps[$0.step].effect == .change
        }
        guard !changing.isEmpty else { return }
        let lanes = Set(changing.map(\.lane)).sorted().map { lane in
            lane < 0 ? Phrases.text("controller", language) : plan.lanes[lane].description
        }
        let steps = Set(changing.map(\.step)).sorted().map { plan.steps[$0].path.rawValue }
        say("\(plan.title.text(language)) (\(view.run.id)): \(some(lanes))")
        say(Phrases.text("changes: {steps}", language, ["steps": some(steps)]))
        say(Phrases.text("Do it again? [y]es, [n]o:", language))
        guard ["y", "yes"].contains(readLine()?.lowercased()) else {
            throw CommandFailure(.refused, Phrases.text("nothing was done", language))
        }
    }

    private func some(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }
}

/// `firstline run set-ok <run>`.
struct RunSetOK: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-ok", abstract: "Take a step that did not end well for good, and let the flow go on.")

    @Option(help: ArgumentHelp("The step.", valueName: "path"))
    var step: String

    @Option(help: ArgumentHelp("Why; kept with the run.", valueName: "text"))
    var reason: String

    @OptionGroup var options: CorrectionOptions

    func run() async throws {
        guard !reason.isEmpty else { throw CommandFailure(.usage, "--reason must say why the step is good") }
        try await correct(options, step: step, asking: .setOK, reason: reason) { .setOK($0, reason: reason) }
    }
}

/// `firstline run skip <run>`.
struct RunSkip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Pass over a step that has not begun or did not end well; the flow goes on as after OK.")

    @OptionGroup var what: StepAndReason
    @OptionGroup var options: CorrectionOptions

    func run() async throws {
        try await correct(options, step: what.step, asking: .skip, reason: what.reason) {
            .skip($0, reason: what.reason)
        }
    }
}

/// `firstline run probe <run>`.
struct RunProbe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Ask hosts what became of steps whose end is not known; nothing is started.",
        discussion: """
            A host's spool tells whether a step never began, still runs (it is followed to its end), or how it ended. What the \
            spool cannot tell stays unknown: look at the host, then set the step OK or rework it.
            """)

    @Option(help: ArgumentHelp("Only this step.", valueName: "path"))
    var step: String?

    @OptionGroup var options: CorrectionOptions

    func run() async throws {
        try await correct(options, step: step, asking: .probe) { .probe($0) }
    }
}

/// `firstline run kill <run>`.
struct RunKill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "End what runs of a step on its hosts, with all it started; the run goes on.")

    @OptionGroup var what: StepAndReason
    @OptionGroup var options: CorrectionOptions

    func run() async throws {
        try await correct(options, step: what.step, asking: .kill, reason: what.reason) {
            .kill($0, reason: what.reason)
        }
    }
}

/// Has a run set right by the server or the process that moves it, or does it here and moves the run on.
private func correct(
    _ options: CorrectionOptions, step: String?, asking action: RunRequest.Action, onlyFailed: Bool = false,
    reason: String = "", before: (RunView, Recovery.Selection) throws -> Void = { _, _ in },
    _ make: (Recovery.Selection) -> Correction
) async throws {
    let common = options.common
    let records = try await Records.open(common)
    let id = try await records.store.find(options.run)
    let view = try await records.store.view(id)
    await records.close()
    let selection = Recovery.Selection(step: step.map(StepPath.init), lanes: try lanes(options.on, view.plan))
    try before(view, selection)
    let request = RunRequest(
        run: id, action: action, step: selection.step, lanes: selection.lanes, onlyFailed: onlyFailed,
        by: Surroundings.person, reason: reason)
    if try RunningServer.find(common.data) == nil {
        if try await asked(request, common) { return }
    } else if let done = try await sent(request, common) {
        // The run is what there is to show; what was done is said beside it.
        say(Phrases.done(done, action, id, common.language))
        throw ExitCode(try await watch(id, view.plan, try await Records.open(common), common, false).code)
    }
    let house = try await House.writing(common)
    let engine = try await house.engine(of: id, common)
    var toKill: [StepKey] = []
    do {
        let correction = make(selection)
        if case .kill = correction {
            toKill = try await engine.kill(id, selection, by: Surroundings.person, reason: reason) ?? []
        } else {
            try await engine.correct(id, correction, by: Surroundings.person)
        }
    } catch let refusal as any Error & CustomStringConvertible where refusal is RecoveryRefusal || refusal is RunRefusal
    {
        await house.close()
        throw CommandFailure(.refused, refusal.description)
    }
    let watch = RunWatch(house: house, engine: engine, id: id, options: common, isQuiet: false, toKill: toKill)
    let status = try await watch.toTheEnd()
    await house.close()
    throw ExitCode(status.code)
}

/// The lanes of a run that a selection means; nil = all.
func lanes(_ on: String?, _ plan: Plan) throws -> Set<Int>? {
    guard let on else { return nil }
    if on == "controller" { return [Plan.controllerLane] }
    do throws(Problems) {
        let names = Set(plan.lanes.map(\.host))
        let hosts = plan.hosts.filter { names.contains($0.name) }
        let chosen = Set(try Planning.Selection(on: on, in: Inventory(hosts: hosts)).targets)
        return Set(
            plan.lanes.indices.filter { lane in
                chosen.contains(plan.lanes[lane]) || chosen.contains(Target(host: plan.lanes[lane].host))
            })
    } catch {
        throw CommandFailure(error)
    }
}
