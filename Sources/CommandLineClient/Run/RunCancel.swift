// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Model

/// `firstline run cancel <run>`.
struct RunCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a run: start nothing further, end what runs, on the hosts too.")

    @Argument(help: "The run: its id, a part of it, or 'last'.")
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

    @Argument(help: "The run: its id, a part of it, or 'last'.")
    var run: String

    @Option(help: ArgumentHelp("Why; kept with the run.", valueName: "text"))
    var reason: String = ""

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let request = try await request(.hold, run: run, step: nil, reason: reason, common)
        if try await asked(request, common) { return }
        let house = try await House.writing(common)
        let engine = try await house.engine(of: request.run, common)
        try await engine.hold(request.run, by: request.by, reason: reason)
        await house.close()
        say(held(request.run, common.language))
    }
}

/// `firstline run release <run>`.
struct RunRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let a held step or a held run go on, or say no to a step.")

    @Argument(help: "The run: its id, a part of it, or 'last'.")
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
    _ action: Mailroom.Request.Action, run: String, step: StepPath?, reason: String, _ common: CommonOptions
) async throws -> Mailroom.Request {
    let house = try await House.reading(common)
    let id = try await house.find(run)
    let state = try await house.view(id).run.state
    await house.close()
    guard !state.isFinal else { throw CommandFailure(.refused, "run \(id) is over (\(state.rawValue))") }
    return Mailroom.Request(run: id, action: action, step: step, by: Surroundings.person, reason: reason)
}

/// Sends a request to the process that moves the run; false where there is none.
func asked(_ request: Mailroom.Request, _ common: CommonOptions) async throws -> Bool {
    do {
        let house = try await House.writing(common)
        await house.close()
        return false
    } catch let failure as CommandFailure where failure.status == .busy {
        guard let answer = try await Mailroom(Surroundings.dataDirectory(common.data)).ask(request) else {
            throw CommandFailure(.busy, "the process that moves run \(request.run) did not answer; is it stopped?")
        }
        if answer.isRefusal { throw CommandFailure(.refused, answer.message) }
        say(answer.message)
        return true
    }
}

/// Sends a request to the process that moves the run, or moves it here where there is none.
private func send(_ request: Mailroom.Request, _ common: CommonOptions) async throws {
    if try await asked(request, common) { return }
    throw ExitCode(try await follow(request.run.rawValue, common, quiet: false, first: request).code)
}
