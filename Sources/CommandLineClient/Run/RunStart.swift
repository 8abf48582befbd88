// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import ArgumentParser
import Engine
import Foundation
import Model
import Planning

/// `firstline run start <job>`, or `firstline run <job>`.
struct RunStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Run a job on hosts and show the result of each.")

    @Argument(help: "The job, such as mw.nginx.restart.", completion: .custom(Completion.jobs))
    var job: String?

    @Option(
        name: .customLong("plan"),
        help: ArgumentHelp(
            "Run exactly the plan of this file (from 'plan -o json'), or refuse where anything has changed since.",
            valueName: "file"), completion: .file())
    var planFile: String?

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var given: ValueOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var common: CommonOptions

    @Flag(help: "Show the targets and do nothing.")
    var listHosts = false

    @Flag(name: [.short, .long], help: "Do not ask before a job that changes something.")
    var yes = false

    @Flag(help: "Show no progress, only the result.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "Begin although a maintenance window or a freeze asks for a person's agreement; kept with the run.",
            valueName: "reason"))
    var despite: String?

    mutating func validate() throws {
        if let despite, despite.allSatisfy(\.isWhitespace) { throw ValidationError("--despite needs a reason") }
    }

    func run() async throws {
        let asked = try await planAsked()
        if listHosts {
            return try TargetItem.put(asked.plan, common.format)
        }
        for warning in asked.warnings.all { say(Phrases.text(warning, common.language)) }
        try confirm(asked)
        if let server = try RunningServer.find(common.data) { return try await run(asked, on: server) }
        let house = try await House.writing(common)
        let planner = asked.planner
        let gate = asked.gate
        let engine = try await house.engine(hosts: asked.plan.hosts, registry: asked.registry, gate: gate) { planner }
        let id = try await accept(asked, engine, house)
        let watch = RunWatch(house: house, engine: engine, id: id, options: common, isQuiet: quiet)
        let status = try await watch.toTheEnd()
        await house.close()
        throw ExitCode(status.code)
    }

    /// Has the server run it, from the same files as the plan here was made of.
    private func run(_ asked: PlanAsked, on server: ServerConnection) async throws {
        guard common.playbooks.isEmpty, common.plugins.isEmpty, selection.inventory == nil else {
            throw CommandFailure(
                .usage,
                "the server at \(server.socket) runs what its own files say; leave out --playbooks, --plugins and "
                    + "--inventory, or name a store of your own with --data")
        }
        let contract = try await asked.contract(common)
        let id = try await agreeing { reason in
            try await apiCall(common.language) { try await server.start(StartRun(contract: contract, despite: reason)) }
        }
        throw ExitCode(try await watch(id, asked.plan, try await Records.open(common), common, quiet).code)
    }

    private func planAsked() async throws -> PlanAsked {
        guard let planFile else {
            guard let job else {
                throw CommandFailure(.usage, "name a job to run, such as mw.nginx.restart, or a plan with --plan")
            }
            return try PlanAsked(job: job, selection, given, pace, common)
        }
        guard job == nil, selection.on == nil, selection.except == nil, given.isEmpty, pace.isEmpty else {
            throw CommandFailure(
                .usage,
                "with --plan, the job, its hosts, values and pace stand in the file; give none of them beside it")
        }
        return try await PlanAsked(file: planFile, selection, common)
    }

    private func accept(_ asked: PlanAsked, _ engine: Engine, _ house: House) async throws -> RunID {
        do {
            return try await agreeing { reason in
                do {
                    return try await engine.accept(
                        asked.plan, by: Surroundings.person, origin: Sentence(verbatim: asked.on ?? ""),
                        agreed: reason.map { Sentence(verbatim: $0) })
                } catch let refusal as RunRefusal {
                    throw CommandFailure(
                        .refused, Phrases.text(refusal.sentence, common.language), asks: refusal.isAsking)
                } catch {
                    throw CommandFailure(.storage, "\(error)")
                }
            }
        } catch {
            await house.close()
            throw error
        }
    }

    /// Begins a run; where a window or a freeze asks for it, a person at a terminal may agree and say why.
    private func agreeing(_ begin: (_ despite: String?) async throws -> RunID) async throws -> RunID {
        do {
            return try await begin(despite)
        } catch let failure as CommandFailure
            where failure.isAsking && despite == nil && Surroundings.isTerminal(0) && Surroundings.isTerminal(2)
        {
            say(failure.description)
            say(Phrases.text("Run it all the same? Say why, or press Enter to leave it:", common.language))
            guard let reason = readLine()?.trimmingCharacters(in: .whitespaces), !reason.isEmpty else {
                throw CommandFailure(.refused, Phrases.text("nothing was done", common.language))
            }
            return try await begin(reason)
        }
    }

    /// A person at a terminal is asked before anything is changed.
    private func confirm(_ asked: PlanAsked) throws {
        let plan = asked.plan
        guard plan.changesAnything, !yes, Surroundings.isTerminal(0), Surroundings.isTerminal(2) else { return }
        let document = PlanDocument(plan, registry: asked.registry, language: common.language)
        let texts = PlanText(document, of: plan, language: common.language)
        say(texts.brief)
        while true {
            say(Phrases.text("Run it? [y]es, [n]o, show the [p]lan:", common.language))
            switch readLine()?.lowercased() {
            case "y", "yes": return
            case "p", "plan": say(texts.whole)
            case nil, "", "n", "no": throw CommandFailure(.refused, Phrases.text("nothing was done", common.language))
            default: continue
            }
        }
    }
}

/// Options of how many lanes work at once.
struct PaceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Targets at once. Default: the job's own, else 64 (512 where it only checks).", valueName: "count"))
    var parallel: Int?

    @Option(
        help: ArgumentHelp(
            "So many targets (3 or 25%) go through the whole job before the next begin.", valueName: "amount"))
    var batch: String?

    @Option(help: ArgumentHelp("Start no further target after so many (3 or 10%) have failed.", valueName: "amount"))
    var stopAfter: String?

    var isEmpty: Bool { parallel == nil && batch == nil && stopAfter == nil }

    func pace() throws -> Pace {
        if let parallel, !(1...100_000).contains(parallel) {
            throw CommandFailure(.usage, "--parallel must be between 1 and 100000, not \(parallel)")
        }
        return Pace(
            parallel: parallel, batch: try amount(batch, "--batch"), stopAfter: try amount(stopAfter, "--stop-after"))
    }

    private func amount(_ text: String?, _ option: String) throws -> Pace.Amount? {
        guard let text else { return nil }
        guard let amount = Pace.Amount(text) else {
            throw CommandFailure(
                .usage, "\(option) must be a number of targets or a share, such as 3 or 25%, not '\(text)'")
        }
        return amount
    }
}
