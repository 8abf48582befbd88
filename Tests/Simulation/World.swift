// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// The hosts, the network between them and the controllers, and everything that goes wrong with them.
///
/// `@unchecked Sendable` because the scheduler runs everything on the one thread that calls `Scheduler.run`.
final class World: @unchecked Sendable {
    /// How often things go wrong in one story.
    struct Weather {
        /// A request is lost with its connection.
        var losses = 0.0
        /// Of those, the share that arrives all the same, later.
        var late = 0.0
        /// A connection breaks while a program runs.
        var breaks = 0.0
        /// A machine is started anew while a program runs.
        var reboots = 0.0
        /// A change is not kept, or is without that being told.
        var diskFailures = 0.0
        /// A supervisor is ended from outside.
        var murders = 0.0
    }

    let scheduler: Scheduler
    let weather: Weather
    private(set) var hosts: [HostName: SimulatedHost] = [:]
    /// The controller that lives; what an earlier one still does reaches nobody.
    private(set) var controller = 0

    init(_ scheduler: Scheduler, _ weather: Weather, hosts names: [HostName]) {
        self.scheduler = scheduler
        self.weather = weather
        for name in names { hosts[name] = SimulatedHost(name) }
    }

    func crash() { controller += 1 }

    func open(_ host: Host) async throws(SessionFailure) -> any SpoolingSession {
        let controller = controller
        await pause(1...30)
        guard controller == self.controller else { throw gone }
        guard let simulated = hosts[host.name], simulated.isUp else {
            await scheduler.sleep(.seconds(3))
            throw SessionFailure(.connectTimeout, "\(host.name) did not answer")
        }
        return SimulatedSession(world: self, host: simulated, controller: controller)
    }

    /// A little time, in milliseconds.
    func pause(_ milliseconds: ClosedRange<Int>) async {
        let time = scheduler.dice.from(milliseconds.lowerBound, to: milliseconds.upperBound)
        await scheduler.sleep(.milliseconds(time))
    }

    var gone: SessionFailure { SessionFailure(.connectionLost, "the controller is dead", mayHaveStarted: true) }
}

/// One host: its machine, its spool, and a ledger of all that was ever begun on it.
///
/// `@unchecked Sendable` because the scheduler runs everything on the one thread that calls `Scheduler.run`.
final class SimulatedHost: @unchecked Sendable {
    /// A name in the spool, by the launcher's rules.
    struct Entry {
        enum State: Equatable { case running(until: Int64), ended(code: Int), revoked, rebooted, gone }
        var state: State
        var boot: Int
        var wasKilled = false
        var program: Program?
    }

    /// What a command does: it takes a while, writes lines, and ends with a code.
    struct Program {
        let milliseconds: Int
        let code: Int
        let lines: Int

        /// Reads `work MILLISECONDS CODE LINES`.
        init(_ command: Command) {
            guard case .program(_, let words) = command.work else { fatalError("no such program") }
            (milliseconds, code, lines) = (Int(words[0]) ?? 0, Int(words[1]) ?? 0, Int(words[2]) ?? 0)
        }

        var output: [UInt8] { Array((0..<lines).map { "line \($0)\n" }.joined().utf8) }
    }

    let name: HostName
    var boot = 1
    var isUp = true
    var spool: [String: Entry] = [:]
    /// How often each attempt was begun.
    var begun: [String: Int] = [:]
    /// How each attempt's work ended on the machine.
    var ends: [String: Entry] = [:]
    /// Whether anything happened here after which nobody can know how something ended.
    var hadTrouble = false

    init(_ name: HostName) { self.name = name }

    var ground: Ground { Ground(boot: "boot-\(boot)", spool: "/spool") }

    /// Claims a name and begins the program, unless the name is taken.
    func deliver(_ errand: Errand, _ program: Program, tag: String, at now: Int64) {
        guard isUp, spool[errand.path] == nil else { return }
        guard errand.boot == ground.boot else {
            spool[errand.path] = Entry(state: .rebooted, boot: boot)
            return
        }
        begun[tag, default: 0] += 1
        spool[errand.path] = Entry(
            state: .running(until: now + Int64(program.milliseconds) * 1000), boot: boot, program: program)
    }

    /// What the spool says of a name now.
    func look(_ path: String, at now: Int64) -> Entry? {
        guard var entry = spool[path] else { return nil }
        if case .running(let until) = entry.state {
            if entry.boot != boot {
                entry.state = .rebooted
            } else if now >= until {
                entry.state = .ended(code: entry.program?.code ?? 0)
            }
            if entry.state != .running(until: until) { spool[path] = entry }
        }
        return entry
    }
}
