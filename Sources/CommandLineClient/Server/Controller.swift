// SPDX-License-Identifier: Apache-2.0

import APIContract
import Engine
import Model
import Planning
import Scheduling
import Storage
import TaskKit

/// What a server does besides answering: it moves runs and starts what schedules say.
struct Controller: Sendable {
    let desk: Desk
    private let engine: Engine
    private let clockwork: Clockwork
    private let housekeeper: Housekeeper
    private let lookout: Lookout
    private let shelf: Bookshelf

    init(
        _ setup: ServerSetup, _ books: Books, _ house: House, _ wiring: Wiring,
        stuck: @escaping @Sendable (RunID, any Error) -> Void
    ) async throws {
        let shelf = Bookshelf(books)
        self.shelf = shelf
        let known = KnownKeys(
            try await storeCall { () async throws(StoreError) in try await house.store.pinnedHostKeys() })
        let secrets = SecretReader()
        let secret: SecretLookup = { source, purpose throws(SessionFailure) in
            try await secrets.read(source, purpose)
        }
        let transports = wiring.transports(
            Wiring.TransportSettings(
                hostKeys: { known.at($0) }, secret: secret, jumpHost: { shelf.current.inventory[$0] }))
        let outage = Outage { await ServerLog.say($0, keptIn: house.store) }
        let store = try house.patient(outage)
        var parts = EngineParts(
            store: store, registry: books.registry, openSession: transports.open, secret: secret,
            plan: { request throws(Problems) in try shelf.current.plan(request) })
        if let patience = setup.hostPatience { parts.hostPatience = patience }
        parts.stuck = stuck
        parts.gate = { ChangeGate(shelf.current.schedules.windows) }
        engine = Engine(parts)
        clockwork = Clockwork(
            Clockwork.Parts(
                store: store, engine: engine,
                plan: { job, work, day throws(Problems) in try shelf.current.plan(job, work, on: day) },
                say: { ServerLog.say($0) }), book: books.schedules)
        housekeeper = Housekeeper(store: store, retention: setup.keep) { ServerLog.say($0) }
        lookout = Lookout(store: store, shelf: shelf) { ServerLog.say($0) }
        desk = Desk(
            Desk.Parts(
                store: store, reader: house.store, outage: outage, engine: engine, clockwork: clockwork, shelf: shelf,
                lookout: lookout,
                readBooks: { () throws(Problems) in
                    do {
                        return try setup.readBooks()
                    } catch {
                        throw (error as? CommandFailure)?.problems ?? Problems("\(error)")
                    }
                }, fingerprint: transports.fingerprint, expect: { known.expect($0) }))
    }

    /// Tells that the process before this one did not end in good order: whoever looks for the cause looks there.
    func tell(of predecessor: Predecessor) async throws {
        let event = Event(
            at: Surroundings.now, level: .warning, kind: .serverDied,
            Sentence(
                """
                process {process}, which had the store before, did not close it: it was killed, it crashed, or the machine went down; \
                it last wrote at {time}
                """, ["process": predecessor.process, "time": predecessor.lastWrite]))
        ServerLog.say(event)
        try await storeCall { () async throws(StoreError) in _ = try await desk.note(event) }
    }

    /// Takes up what an earlier server left.
    func takeUp() async throws {
        let runs = try await engine.takeUp(by: "server")
        if !runs.isEmpty { ServerLog.say(.info, "taken up: \(amount(runs.count, "run"))") }
    }

    /// Starts what is due and forgets what is old, until it is cancelled.
    ///
    /// - Throws: The first `StoreError` by which a run could not be moved any further, or by which the plan of the day could not be kept.
    func work(until stuck: AsyncStream<StoreError>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await clockwork.run() }
            group.addTask {
                // Whoever asks need not wait for it: to plan a thousand schedules takes a while.
                ServerLog.say(shelf.current.filesRead(at: Surroundings.now).problems)
                await housekeeper.run()
            }
            group.addTask { await lookout.run() }
            group.addTask { for await error in stuck { throw error } }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Reads the files anew, as a signal asked for.
    func reload() async {
        do {
            let read = try await desk.reload()
            ServerLog.say(.info, "read anew: \(Phrases.books(read, .english))")
            ServerLog.say(read.problems)
        } catch {
            let what = error is StoreError ? "the plan of the day is not made anew yet" : "nothing was read anew"
            ServerLog.say(.error, "\(what), for something is wrong: \(error)")
        }
    }
}
