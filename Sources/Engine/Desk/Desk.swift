// SPDX-License-Identifier: Apache-2.0

package import APIContract
package import Model
import Planning
import Scheduling
package import Storage

/// Where requests of all front doors come in: it plans and keeps runs, has them moved, and answers for what may be done.
package actor Desk {
    /// What it works with.
    package struct Parts: Sendable {
        package var store: any RunStore
        /// The same store for looking at it, without waiting where it fails.
        package var reader: any RunReader
        /// Knows since when the store has failed.
        package var outage: Outage
        package var engine: Engine
        package var clockwork: Clockwork
        package var shelf: Bookshelf
        package var lookout: Lookout
        /// Reads the books anew from their files.
        package var readBooks: @Sendable () throws(Problems) -> Books
        /// The fingerprint of a key, as OpenSSH shows it.
        package var fingerprint: @Sendable (HostKey) -> String
        /// Told which host keys are expected from now on.
        package var expect: @Sendable ([PinnedHostKey]) -> Void

        package init(
            store: any RunStore, reader: any RunReader, outage: Outage, engine: Engine, clockwork: Clockwork,
            shelf: Bookshelf, lookout: Lookout,
            readBooks: @escaping @Sendable () throws(Problems) -> Books,
            fingerprint: @escaping @Sendable (HostKey) -> String,
            expect: @escaping @Sendable ([PinnedHostKey]) -> Void
        ) {
            self.store = store
            self.reader = reader
            self.outage = outage
            self.engine = engine
            self.clockwork = clockwork
            self.shelf = shelf
            self.lookout = lookout
            self.readBooks = readBooks
            self.fingerprint = fingerprint
            self.expect = expect
        }
    }

    let parts: Parts
    private let reloads = Turnstile()

    package init(_ parts: Parts) { self.parts = parts }

    /// Makes a run of a plan that was agreed to, and has it moved.
    ///
    /// - Throws: `PlanDrift` when the plan would be another by now, `Problems` when there would be none, `RunRefusal`, `StoreError`.
    package func start(_ request: StartRun, by person: String) async throws -> RunID {
        let contract = request.contract
        guard contract.pace.isSensible, contract.plan.isConsistent else { throw PlanDrift.altered }
        guard contract.isWhole else { throw PlanDrift.altered }
        let plan = try await plan(contract)
        let run = try await parts.engine.accept(
            plan, by: person, origin: Sentence(verbatim: contract.on ?? ""),
            agreed: request.despite.map { Sentence(verbatim: $0) })
        await parts.engine.begin([run])
        return run
    }

    /// Does what a person asks of a run.
    package func act(_ request: RunRequest) async throws -> String { try await parts.engine.act(request) }

    /// Adds starts to the plan of the day.
    package func add(_ request: AddSlots) async throws -> [Slot] { try await planOfDay.add(request) }

    /// Changes one start of the plan of the day.
    package func change(_ request: ChangeSlot) async throws -> Slot { try await planOfDay.change(request) }

    /// Keeps an event.
    package func note(_ event: Event) async throws(StoreError) -> Bool { try await parts.store.note(event) }

    private var planOfDay: PlanOfDay {
        PlanOfDay(store: parts.store) { [shelf = parts.shelf] (job, work) throws(Problems) in
            _ = try shelf.current.plan(job, on: work.on, except: work.except, values: work.values)
        }
    }

    /// Reads all files anew, and works by them from now on.
    ///
    /// - Returns: What they hold, with what is left out or stands still because something is wrong with it. That what lies ahead could not be
    ///   kept is among it.
    /// - Throws: `Problems` when a file cannot be read at all; then all stays as it was. `StoreError` when the plan of the day could not be
    ///   made by them; it is tried again.
    package nonisolated func reload() async throws -> FilesRead {
        let books = try await readAnew()
        // Not in the desk's turn: to plan a thousand schedules takes a while.
        var read = books.filesRead(at: EngineClock.system.now())
        do throws(StoreError) {
            try await parts.lookout.look()
        } catch {
            read.problems.append(Problem(error.ofLook, severity: .warning))
        }
        return read
    }

    private func readAnew() async throws -> Books {
        await reloads.enter()
        do {
            let books = try parts.readBooks()
            parts.shelf.current = books
            await parts.engine.use(books.registry)
            try await parts.clockwork.take(books.schedules)
            await reloads.leave()
            return books
        } catch {
            await reloads.leave()
            throw error
        }
    }

    /// Expects other host keys from now on, on a person's word.
    package func change(_ keys: ChangeHostKeys, by person: String) async throws(StoreError) {
        let now = EngineClock.system.now()
        let pins = keys.pin.map { key in
            // How it was come by is for the client to say; who and when is not.
            let way = key.pinnedBy.split(separator: ", ").dropFirst().joined(separator: ", ")
            var key = key
            (key.pinnedAt, key.pinnedBy) = (now, way.isEmpty ? person : "\(person), \(way)")
            return key
        }
        let (new, gone) = (Set(keys.pin.map(\.endpoint)), Set(keys.forget).subtracting(keys.pin.map(\.endpoint)))
        func said(_ words: String, _ endpoints: Set<Endpoint>) -> Sentence? {
            let names = endpoints.sorted().map(\.description).joined(separator: ", ")
            return endpoints.isEmpty ? nil : Sentence(words, ["hosts": names])
        }
        let changes = [said("expected from now on: {hosts}", new), said("forgotten: {hosts}", gone)]
        let text = Sentence(
            "host keys, by {person}: {changes}",
            ["person": person, "changes": Sentence.list(changes.compactMap(\.self))])
        let event = Event(at: now, level: .info, kind: .keysChanged, text)
        try await parts.store.keep(.hostKeys(pin: pins, forget: keys.forget), noting: event)
        parts.expect(try await parts.store.pinnedHostKeys())
    }

    /// Plans what was agreed; where that comes out differently, once more from files read anew.
    private func plan(_ contract: PlanContract) async throws -> Plan {
        let pinned = try await parts.store.pinnedHostKeys()
        let first = Result { () throws(Problems) in try parts.shelf.current.plan(contract) }
        if let plan = try? first.get(), differences(contract, plan, pinned).isEmpty { return plan }
        _ = try await readAnew()
        let plan = try parts.shelf.current.plan(contract)
        let differences = differences(contract, plan, pinned)
        guard differences.isEmpty else { throw PlanDrift.changed(differences) }
        return plan
    }

    private func differences(_ contract: PlanContract, _ plan: Plan, _ pinned: [PinnedHostKey]) -> [String] {
        contract.differences(to: plan, hostKeys: plan.hostKeys(pinned, fingerprint: parts.fingerprint))
    }
}

extension Books {
    fileprivate func plan(_ contract: PlanContract) throws(Problems) -> Plan {
        try plan(
            contract.job, on: contract.on, except: contract.except, values: contract.values, pace: contract.pace)
    }
}

/// A plan is not the one that was agreed to.
package enum PlanDrift: Error, Hashable, Sendable, CustomStringConvertible {
    /// It does not match its own digest.
    case altered
    /// It would be another one now; a sentence for each difference.
    case changed([String])

    package var description: String {
        switch self {
        case .altered: return "the plan was altered: it does not match its own digest; nothing was done"
        case .changed(let differences):
            let shown = differences.prefix(20).map { "\n  \($0)" }.joined()
            let rest = differences.count > 20 ? "\n  and \(differences.count - 20) more" : ""
            return "this is no longer the plan that was made; nothing was done. What changed:\(shown)\(rest)"
        }
    }
}
