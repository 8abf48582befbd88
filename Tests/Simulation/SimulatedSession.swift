// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// A session of a controller to a host, over a network that may fail at every step.
struct SimulatedSession: SpoolingSession {
    let world: World
    let host: SimulatedHost
    let controller: Int
    private let life = Life()

    /// Whether the session still stands.
    ///
    /// `@unchecked Sendable` because the scheduler runs everything on the one thread that calls `Scheduler.run`.
    private final class Life: @unchecked Sendable {
        var isOver = false
    }

    init(world: World, host: SimulatedHost, controller: Int) {
        self.world = world
        self.host = host
        self.controller = controller
    }

    private var now: Int64 { world.scheduler.now }

    /// Brings something to the host; when this fails, it may arrive later, or never.
    ///
    /// What only asks something starts nothing, whatever became of it.
    private func ask(_ arrive: @escaping @Sendable () -> Void) async throws(SessionFailure) {
        do throws(SessionFailure) {
            try await send(arrive)
        } catch {
            throw SessionFailure(error.code, error.message)
        }
    }

    private func send(_ arrive: @escaping @Sendable () -> Void) async throws(SessionFailure) {
        try stand()
        let (isLost, isLate) = (
            world.scheduler.dice.happens(world.weather.losses), world.scheduler.dice.happens(world.weather.late)
        )
        await world.pause(1...20)
        if isLost {
            life.isOver = true
            if isLate {
                let wait = Duration.milliseconds(world.scheduler.dice.from(1, to: 60_000))
                Task { [scheduler = world.scheduler] in
                    await scheduler.sleep(wait)
                    arrive()
                }
            }
            throw SessionFailure(.connectionLost, "the connection broke", mayHaveStarted: true)
        }
        guard host.isUp else { throw broken }
        arrive()
    }

    private func stand() throws(SessionFailure) {
        guard controller == world.controller else { throw world.gone }
        guard !life.isOver, host.isUp else { throw broken }
    }

    private var broken: SessionFailure { SessionFailure(.connectionLost, "the connection broke", mayHaveStarted: true) }

    func ground(for account: String?, become: Become) async throws(SessionFailure) -> Ground {
        try await ask {}
        await world.pause(1...10)
        return host.ground
    }

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        let program = SimulatedHost.Program(command)
        try await send {}
        await world.scheduler.sleep(.milliseconds(program.milliseconds))
        try stand()
        await output.write(program.output, to: .standardOutput)
        return Execution(exit: .code(program.code))
    }

    func execute(
        _ command: Command, as errand: Errand, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        let (host, scheduler) = (host, world.scheduler)
        let program = SimulatedHost.Program(command)
        try await send { host.deliver(errand, program, tag: tag, at: scheduler.now) }
        return try await follow(errand, tag, limit, output)
    }

    private func follow(
        _ errand: Errand, _ tag: String, _ limit: TimeLimit?, _ output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        var offset = errand.outputOffset
        while true {
            try stand()
            guard let entry = host.look(errand.path, at: now) else { throw broken }
            host.ends[tag] = entry
            switch entry.state {
            case .running(let until):
                if Task.isCancelled { return try await kill(errand, tag) }
                if let limit, let program = entry.program,
                    now >= until - Int64(program.milliseconds) * 1000 + limit.duration.microseconds
                {
                    return try await kill(errand, tag)
                }
                try await misfortune(errand)
                // Half of it is written while it runs.
                offset = await write(entry, upTo: (entry.program?.output.count ?? 0) / 2, from: offset, output)
                await world.pause(50...500)
            case .ended(let code):
                _ = await write(entry, upTo: .max, from: offset, output)
                try stand()
                return Execution(exit: entry.wasKilled ? .killed(completely: true) : .code(code))
            case .revoked: throw SessionFailure(.notBegun, "it was called off")
            case .rebooted: throw SessionFailure(.hostRebooted, "the host was started anew", mayHaveStarted: true)
            case .gone: throw SessionFailure(.launcherEnded, "the supervisor is gone", mayHaveStarted: true)
            }
        }
    }

    private func write(_ entry: SimulatedHost.Entry, upTo end: Int, from offset: Int, _ output: any OutputSink)
        async -> Int
    {
        let bytes = Array(entry.program?.output.prefix(end).dropFirst(offset) ?? [])
        if !bytes.isEmpty { await output.write(bytes, to: .standardOutput) }
        return offset + bytes.count
    }

    /// What may happen to a host while a program runs on it.
    private func misfortune(_ errand: Errand) async throws(SessionFailure) {
        let weather = world.weather
        if world.scheduler.dice.happens(weather.murders) {
            host.hadTrouble = true
            host.spool[errand.path]?.state = .gone
        }
        if world.scheduler.dice.happens(weather.reboots) {
            host.hadTrouble = true
            host.boot += 1
            host.isUp = false
            let away = Duration.milliseconds(world.scheduler.dice.from(100, to: 200_000))
            Task { [scheduler = world.scheduler, host] in
                await scheduler.sleep(away)
                host.isUp = true
            }
        }
        if world.scheduler.dice.happens(weather.breaks) {
            life.isOver = true
            throw broken
        }
    }

    private func kill(_ errand: Errand, _ tag: String) async throws(SessionFailure) -> Execution {
        // The task that waits is cancelled already: the simulated time must pass all the same.
        let (world, host) = (world, host)
        await Task { await world.pause(1...30) }.value
        try stand()
        if var entry = host.look(errand.path, at: now), case .running = entry.state {
            (entry.state, entry.wasKilled) = (.ended(code: 143), true)
            host.spool[errand.path] = entry
        }
        host.ends[tag] = host.spool[errand.path]
        return Execution(exit: .killed(completely: true))
    }

    func revoke(_ errand: Errand, account: String?, become: Become) async throws(SessionFailure) -> ErrandState {
        let (host, scheduler) = (host, world.scheduler)
        try await ask {
            if host.look(errand.path, at: scheduler.now) == nil {
                host.spool[errand.path] = SimulatedHost.Entry(state: .revoked, boot: host.boot)
            }
        }
        switch host.look(errand.path, at: now)?.state {
        case .running: return .running(pid: 1)
        case .ended(let code): return .ended(code: code, isWhole: true)
        case .rebooted: return .rebooted
        case .gone: return .gone
        case .revoked: return .revoked
        case nil: return .empty
        }
    }

    func forget(_ names: [String], in directory: String, keepingFrom day: String, account: String?, become: Become)
        async throws(SessionFailure)
    {
        let host = host
        // The output goes, the name stays.
        try await ask { for name in names { host.spool["\(directory)/\(name)"]?.program = nil } }
    }

    func close() async { life.isOver = true }
}
