// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import ArgumentParser
import Engine
import Model
import Planning
import Storage

/// `firstline run follow <run>`.
struct RunFollow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow", abstract: "Show how a run goes; take it up again if nobody moves it.",
        discussion: """
            A run outlives the process that started it. Where that process is gone, follow moves the run on: checks that were \
            under way are run again, changes that were under way are found again on their hosts and followed to their end.
            """)

    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.openRuns))
    var run: String = "last"

    @Flag(help: "Show no progress, only the result.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        throw ExitCode(try await follow(run, common, quiet: quiet).code)
    }
}

/// Follows a run to its end: beside whoever moves it, or moving it where nobody does.
func follow(
    _ text: String, _ common: CommonOptions, quiet: Bool, first: RunRequest? = nil
) async throws -> ExitStatus {
    let records = try await Records.open(common)
    let id = try await records.store.find(text)
    let view = try await records.store.view(id)
    if view.run.state.isFinal {
        await records.close()
        try RunReport(view, common.language).put(common.format)
        return view.exitStatus
    }
    if let server = try RunningServer.find(common.data) {
        // The server moves every run; one that it had to leave is taken up again.
        let resume = RunRequest(run: id, action: .resume, by: Surroundings.person)
        _ = try await apiCall { try await server.act(resume) }
        return try await watch(id, view.plan, records, common, quiet)
    }
    do {
        let house = try await House.writing(common)
        await records.close()
        return try await takeUp(id, view.plan, house, common, quiet, first)
    } catch let failure as CommandFailure where failure.status == .busy {
        return try await watch(id, view.plan, records, common, quiet)
    }
}

private func takeUp(
    _ id: RunID, _ plan: Plan, _ house: House, _ common: CommonOptions, _ quiet: Bool, _ first: RunRequest?
) async throws -> ExitStatus {
    let engine = try await house.engine(of: plan, common)
    say("nobody moves run \(id); it is taken up here")
    let action = RunAction(run: id, kind: .resumed, by: Surroundings.person, at: EngineClock.system.now())
    try await storeCall { () async throws(StoreError) in try await house.store.note(action) }
    let watch = RunWatch(house: house, engine: engine, id: id, options: common, isQuiet: quiet, first: first)
    let status = try await watch.toTheEnd()
    await house.close()
    return status
}

extension House {
    /// An engine that goes on with a run.
    func engine(of id: RunID, _ common: CommonOptions) async throws -> Engine {
        try await engine(of: storeCall { () async throws(StoreError) in try await store.plan(of: id) }, common)
    }

    fileprivate func engine(of plan: Plan, _ common: CommonOptions) async throws -> Engine {
        let registry = try loadRegistry(common)
        let hosts = plan.hosts
        return try await engine(hosts: hosts, registry: registry) { () throws(Problems) in
            // What the run calls in the background is planned from today's playbooks, for the hosts as the run has them.
            Planner(library: try jobsAnew(common), inventory: Inventory(hosts: hosts), registry: registry)
        }
    }
}

private func jobsAnew(_ common: CommonOptions) throws(Problems) -> JobLibrary {
    do {
        return try loadJobs(common)
    } catch {
        throw Problems("\(error)")
    }
}

/// Shows how a run goes that somebody else moves, to its end.
func watch(
    _ id: RunID, _ plan: Plan, _ records: Records, _ common: CommonOptions, _ quiet: Bool
) async throws -> ExitStatus {
    let progress = RunProgress(store: records.store, id: id, plan: plan, language: common.language, isQuiet: quiet)
    let interrupts = Interrupts(id: id, progress: progress, language: common.language) { action in
        try await sent(RunRequest(run: id, action: action, by: Surroundings.person), common) ?? ""
    }
    defer { interrupts.end() }
    try await withHelpers([{ await progress.show() }, interrupts.heed]) { try await end(of: id, records) }
    await progress.finish()
    let view = try await records.store.view(id)
    await records.close()
    try RunReport(view, common.language).put(common.format)
    return view.exitStatus
}

/// Waits until a run that somebody else moves is over.
private func end(of id: RunID, _ records: Records) async throws {
    var lastAnswer = ContinuousClock.now
    while true {
        do throws(StoreError) {
            guard let run = try await records.store.run(id), !run.state.isFinal else { return }
            lastAnswer = .now
        } catch {
            // A server that is started anew takes the run up, and answers again soon.
            guard records.isOfServer, ContinuousClock.now - lastAnswer < .seconds(60) else {
                throw CommandFailure(error)
            }
        }
        try await Task.sleep(for: .milliseconds(200))
    }
}
