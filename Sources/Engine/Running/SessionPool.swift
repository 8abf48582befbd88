// SPDX-License-Identifier: Apache-2.0

import Model
import Synchronization
import TaskKit

/// The sessions of a run: one a host, opened when first needed, shared by all lanes and steps there, closed when no step is left.
///
/// Where lanes wait for a place, the ways to their hosts are opened ahead, so that hosts that are down have been found out by
/// the time it is their turn and hold up nobody.
actor SessionPool {
    /// Whose spool, or whose hand.
    struct AccountKey: Hashable {
        let account: String?
        let become: Become
    }

    /// A way to a host that was opened, or is being opened.
    private struct Opening {
        let number: Int
        /// Open files that it may take.
        let places: Int
        let task: Task<Result<any SpoolingSession, SessionFailure>, Never>
        /// Whether it waits for open files that others have.
        var waits: Bool
        /// Whether a command has been sent over it.
        var wasUsed = false
        /// Steps that use it now.
        var users = 0
        /// What the host offers, by account.
        var grounds: [AccountKey: Ground] = [:]
    }

    /// Hosts whose way may be opened ahead at the same time.
    private static let mostAhead = 256

    private let open: SessionOpener
    private let places: SessionPlaces
    private let programs: SessionPlaces
    private let clock: EngineClock
    private var openings: [HostName: Opening] = [:]
    /// Hosts whose way was opened ahead and has not been used.
    private var ahead: Set<HostName> = []
    /// Steps that may still need a host.
    private var stepsLeft: [HostName: Int]
    /// Whose spool each errand is in.
    private var owners: [String: AccountKey] = [:]
    /// Errands that have ended and left nothing to forget.
    private var quiet: Set<String> = []
    /// Errands whose outcome is kept, so that the host may forget what they wrote.
    private var settled: [HostName: [AccountKey: [String]]] = [:]

    init(
        open: @escaping SessionOpener, stepsLeft: [HostName: Int], places: OpenFilePlaces, clock: EngineClock = .system
    ) {
        self.open = open
        self.places = places.hosts
        programs = places.programs
        self.stepsLeft = stepsLeft
        self.clock = clock
    }

    /// The way to a host, for one step.
    nonisolated func session(to host: Host, turn: Turn = .untold) -> any HostSession {
        PooledSession(pool: self, host: host, turn: turn)
    }

    /// Opens the way to a host whose turn has not come yet, where there is room for it.
    func prepare(_ host: Host) {
        let most = min(SessionPool.mostAhead, places.limit / 8)
        guard openings[host.name] == nil, ahead.count < most, places.takeFree(host.filesOpen) else { return }
        ahead.insert(host.name)
        let opening = opening(to: host, hasPlaces: true)
        noteIdle(opening, host.name)
    }

    /// The outcome of errands on a host is kept: what they wrote may be forgotten there.
    func settle(_ errands: [String], on host: HostName) {
        for path in errands {
            guard let owner = owners.removeValue(forKey: path) else { continue }
            settled[host, default: [:]][owner, default: []].append(path)
        }
    }

    /// A step on a host has ended; after the last one its session is closed.
    func stepEnded(on host: HostName) async {
        guard let left = stepsLeft[host] else { return }
        stepsLeft[host] = left - 1
        if left == 1 { await close(host) }
    }

    func closeAll() async {
        await withTaskGroup { group in
            for host in Array(openings.keys) { group.addTask { await self.close(host) } }
        }
    }

    private func close(_ host: HostName) async {
        ahead.remove(host)
        guard let opening = openings.removeValue(forKey: host) else { return }
        places.noteBusy(opening.number)
        let errands = settled.removeValue(forKey: host) ?? [:]
        opening.task.cancel()
        guard case .success(let session) = await opening.task.value else { return }
        await forget(errands, opening.grounds, over: session)
        await session.close()
        places.give(opening.places)
    }

    /// Closes a session for another that needs its room; a step that needs it later opens it again.
    private func makeRoom(_ number: Int, _ host: HostName) async {
        guard let opening = openings[host], opening.number == number, opening.users == 0 else { return }
        await close(host)
    }

    private func noteIdle(_ opening: Opening, _ host: HostName) {
        let number = opening.number
        places.noteIdle(number, wasUsed: opening.wasUsed) { [weak self] in await self?.makeRoom(number, host) }
    }

    private func leave(_ number: Int, _ host: HostName) {
        guard openings[host]?.number == number else { return }
        openings[host]?.users -= 1
        if let opening = openings[host], opening.users == 0 { noteIdle(opening, host) }
    }

    /// What a host does not forget now, it forgets when it is old; where there is nothing to forget it is not asked.
    private func forget(
        _ errands: [AccountKey: [String]], _ grounds: [AccountKey: Ground], over session: any SpoolingSession
    ) async {
        let day = (clock.now() + .seconds(-30 * 86_400)).day
        for (owner, all) in errands {
            let paths = all.filter { quiet.remove($0) == nil }
            if paths.isEmpty, grounds[owner]?.swept == day { continue }
            let bySpool = Dictionary(grouping: paths.isEmpty ? all : paths) {
                $0.prefix(through: $0.lastIndex(of: "/") ?? $0.startIndex)
            }
            for (spool, paths) in bySpool {
                let names = paths.map { String($0.dropFirst(spool.count)) }
                try? await session.forget(
                    names, in: String(spool.dropLast()), keepingFrom: day, account: owner.account, become: owner.become)
            }
        }
    }

    private func opening(to host: Host, hasPlaces: Bool = false) -> Opening {
        if let opening = openings[host.name] { return opening }
        let hasPlaces = hasPlaces || places.takeFree(host.filesOpen)
        let task = Task { [open, places] in
            let mayOpen = if hasPlaces { true } else { await places.take(host.filesOpen) }
            guard mayOpen else {
                return Result<any SpoolingSession, SessionFailure>.failure(SessionPool.givenUp(host))
            }
            do throws(SessionFailure) {
                return Result<any SpoolingSession, SessionFailure>.success(try await open(host))
            } catch {
                places.give(host.filesOpen)
                return .failure(error)
            }
        }
        let opening = Opening(number: places.newID(), places: host.filesOpen, task: task, waits: !hasPlaces)
        openings[host.name] = opening
        return opening
    }

    private static func givenUp(_ host: Host) -> SessionFailure {
        SessionFailure(.cancelledByPerson, "the work on \(host.name) was given up before its turn came")
    }

    /// Gives up one opening; a newer one to the same host stays.
    private func giveUp(_ number: Int, _ host: HostName) async {
        guard openings[host]?.number == number, let opening = openings.removeValue(forKey: host) else { return }
        places.noteBusy(number)
        opening.task.cancel()
        guard case .success(let session) = await opening.task.value else { return }
        await session.close()
        places.give(opening.places)
    }

    /// A session to a host, its number, and whether somebody has used it before.
    ///
    /// One that could not be opened is tried anew by the next who asks.
    private func take(_ host: Host, _ turn: Turn) async throws(SessionFailure) -> (
        session: any SpoolingSession, number: Int, wasUsed: Bool
    ) {
        let opening = opening(to: host)
        ahead.remove(host.name)
        places.noteBusy(opening.number)
        openings[host.name]?.wasUsed = true
        openings[host.name]?.users += 1
        let result = await opened(opening, turn)
        if openings[host.name]?.number == opening.number {
            if case .failure = result { openings[host.name] = nil } else { openings[host.name]?.waits = false }
        }
        return (try result.get(), opening.number, opening.wasUsed)
    }

    private func opened(_ opening: Opening, _ turn: Turn) async -> Result<any SpoolingSession, SessionFailure> {
        func value() async -> Result<any SpoolingSession, SessionFailure> {
            await withTaskCancellationHandler {
                await opening.task.value
            } onCancel: {
                opening.task.cancel()
            }
        }
        return opening.waits ? await turn.wait(on: self, value) : await value()
    }

    /// Works on a host; a session that turns out to be broken is given up.
    ///
    /// One that broke while nobody used it is replaced: a firewall may have dropped it while the run waited for a person.
    fileprivate func work<Answer: Sendable>(
        on host: Host, turn: Turn,
        _ work: @Sendable (any SpoolingSession, _ number: Int) async throws(SessionFailure) -> Answer
    ) async throws(SessionFailure) -> Answer {
        let pipes = host.pipesOpen
        if !programs.takeFree(pipes) {
            guard await turn.wait(on: self, { await programs.take(pipes) }) else { throw SessionPool.givenUp(host) }
        }
        defer { programs.give(pipes) }
        let (session, number, wasUsed) = try await take(host, turn)
        do throws(SessionFailure) {
            defer { leave(number, host.name) }
            return try await work(session, number)
        } catch {
            guard error.code == .connectionLost || error.code == .startTimeout else { throw error }
            await giveUp(number, host.name)
            guard error.code == .connectionLost, wasUsed, !error.mayHaveStarted, !Task.isCancelled else { throw error }
            let next = try await take(host, turn)
            defer { leave(next.number, host.name) }
            return try await work(next.session, next.number)
        }
    }
}

// Errands.
extension SessionPool {
    /// What a host offers to an account; asked once a connection, unless afresh.
    func ground(
        of host: Host, for account: String?, _ become: Become, afresh: Bool = false, turn: Turn = .untold
    ) async throws(SessionFailure) -> Ground {
        let owner = AccountKey(account: account, become: become)
        if !afresh, let known = openings[host.name]?.grounds[owner] { return known }
        return try await work(on: host, turn: turn) { (session, number) async throws(SessionFailure) in
            let ground = try await session.ground(for: account, become: become)
            await self.note(ground, owner, number, host.name)
            return ground
        }
    }

    private func note(_ ground: Ground, _ owner: AccountKey, _ number: Int, _ host: HostName) {
        if openings[host]?.number == number { openings[host]?.grounds[owner] = ground }
    }

    /// Runs a command as an errand, or follows it.
    func execute(
        _ command: Command, as errand: Errand, on host: Host, tag: String, limit: TimeLimit?, output: any OutputSink,
        turn: Turn = .untold
    ) async throws(SessionFailure) -> Execution {
        owners[errand.path] = AccountKey(account: command.account, become: command.become)
        let noted = NotedOutput(output)
        let end = try await work(on: host, turn: turn) { (session, _) async throws(SessionFailure) in
            try await session.execute(command, as: errand, tag: tag, limit: limit, output: noted)
        }
        if case .program = command.work, case .code = end.exit, !noted.wasWritten, end.outputFile.isEmpty,
            errand.outputOffset + errand.errorOffset == 0
        {
            quiet.insert(errand.path)
        }
        return end
    }

    /// Sees to it that an errand is not begun from now on.
    func revoke(
        _ errand: Errand, on host: Host, for account: String?, _ become: Become, turn: Turn = .untold
    ) async throws(SessionFailure) -> ErrandState {
        try await work(on: host, turn: turn) { (session, _) async throws(SessionFailure) in
            try await session.revoke(errand, account: account, become: become)
        }
    }
}

extension Host {
    /// Open files of a program on the controller: both ends of three pipes while it is started.
    fileprivate var pipesOpen: Int { connection.transport == .local ? 7 : 0 }

    /// Open files that a session to it takes at most: a socket and that of the agent; behind a jump host also the far end of
    /// the way through it.
    fileprivate var filesOpen: Int {
        switch connection.transport {
        case .local: 0
        case .ssh: connection.jump == nil ? 2 : 3
        }
    }
}

/// A host's session as a step sees it.
private struct PooledSession: HostSession {
    let pool: SessionPool
    let host: Host
    let turn: Turn

    func execute(
        _ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink
    ) async throws(SessionFailure) -> Execution {
        try await pool.work(on: host, turn: turn) { (session, _) async throws(SessionFailure) in
            try await session.execute(command, tag: tag, limit: limit, output: output)
        }
    }

    /// The pool closes it, when no step is left that may need it.
    func close() async {}
}

/// Hands output on and notes that there was some.
private final class NotedOutput: OutputSink {
    private let sink: any OutputSink
    private let written = Atomic(false)

    init(_ sink: any OutputSink) { self.sink = sink }

    var wasWritten: Bool { written.load(ordering: .relaxed) }

    func write(_ bytes: [UInt8], to stream: OutputStream) async {
        written.store(true, ordering: .relaxed)
        await sink.write(bytes, to: stream)
    }
}
