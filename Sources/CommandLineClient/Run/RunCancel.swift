// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import ArgumentParser
import Engine
import Model

/// `firstline run cancel <run>`.
struct RunCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a run: start nothing further, end what runs, on the hosts too.")

    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.openRuns))
    var run: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let request = try await request(.cancel, run: run, step: nil, reason: "", common)
        try await send(request, common)
    }
}

/// `firstline run hold <run>`.
struct RunHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Let nothing further of a run begin; what runs goes on to its end.")

    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.openRuns))
    var run: String

    @Option(help: ArgumentHelp("Why; kept with the run.", valueName: "text"))
    var reason: String = ""

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let request = try await request(.hold, run: run, step: nil, reason: reason, common)
        if try await asked(request, common) { return }
        let house = try await House.writing(common)
        let done = try await house.engine(of: request.run, common).act(request)
        await house.close()
        try ActionDone(request, done).tell(common)
    }
}

/// `firstline run release <run>`.
struct RunRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let a held step or a held run go on, or say no to a step.")

    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.openRuns))
    var run: String = "last"

    @Option(help: ArgumentHelp("Only this step; without it, every held step.", valueName: "path"))
    var step: String?

    @Flag(help: "Say no: the step fails.")
    var reject = false

    @Option(help: ArgumentHelp("Why; kept with the run.", valueName: "text"))
    var reason: String = ""

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let request = try await request(
            reject ? .reject : .release, run: run, step: step.map(StepPath.init), reason: reason, common)
        try await send(request, common)
    }
}

private func request(
    _ action: RunRequest.Action, run: String, step: StepPath?, reason: String, _ common: CommonOptions
) async throws -> RunRequest {
    let records = try await Records.open(common)
    let id = try await records.store.find(run)
    let state = try await records.store.view(id).run.state
    await records.close()
    guard !state.isFinal else { throw CommandFailure(.refused, "run \(id) is over (\(state.rawValue))") }
    return RunRequest(run: id, action: action, step: step, by: Surroundings.person, reason: reason)
}

/// Has the server, or the process that moves the run, do something with it; nil where there is neither.
///
/// - Returns: What was done.
func sent(_ request: RunRequest, _ common: CommonOptions) async throws -> String? {
    if let server = try RunningServer.find(common.data) {
        return try await apiCall { try await server.act(request) }
    }
    do {
        let house = try await House.writing(common)
        await house.close()
        return nil
    } catch let failure as CommandFailure where failure.status == .busy {
        guard let answer = try await Mailroom(Surroundings.dataDirectory(common.data)).ask(request) else {
            throw CommandFailure(.busy, "the process that moves run \(request.run) did not answer; is it stopped?")
        }
        if answer.isRefusal { throw CommandFailure(.refused, answer.message) }
        return answer.message
    }
}

/// The same, and tells what was done; false where nobody moves the run.
func asked(_ request: RunRequest, _ common: CommonOptions) async throws -> Bool {
    guard let done = try await sent(request, common) else { return false }
    try ActionDone(request, done).tell(common)
    return true
}

/// Sends a request to whoever moves the run, or moves it here where nobody does.
private func send(_ request: RunRequest, _ common: CommonOptions) async throws {
    if try await asked(request, common) { return }
    throw ExitCode(try await follow(request.run.rawValue, common, quiet: false, first: request).code)
}

extension Phrases {
    /// What is said of a request that was done.
    static func done(_ english: String, _ action: RunRequest.Action, _ run: RunID, _ language: Language) -> String {
        guard action == .hold else { return english }
        return text(
            "run {run} is held: nothing further of it begins; '{command}' lets it go on", language,
            ["run": run.rawValue, "command": "firstline run release \(run)"])
    }
}
