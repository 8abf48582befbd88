// SPDX-License-Identifier: Apache-2.0

import Definitions
import Engine
import Foundation
import Model
import Planning
import Storage
import Synchronization
import TaskKit

/// A store that is open for a command, and the engine on it where the command moves runs.
struct House: Sendable {
    let store: any RunStore
    let directory: String
    private let wiring: Wiring

    /// Opens the store for reading only, beside whoever writes.
    static func reading(_ options: CommonOptions) async throws -> House {
        try await open(options, .readOnly)
    }

    /// The same, or nil where there is no store yet.
    static func readingIfThere(_ options: CommonOptions) async throws -> House? {
        let wiring = try Wiring.required()
        try StorePlace.check(Surroundings.dataDirectory(options.data))
        do throws(StoreError) {
            return try await open(options, .readOnly, wiring)
        } catch {
            if case .absent = error { return nil }
            throw CommandFailure(error)
        }
    }

    /// Opens the store for writing; only one process may.
    static func writing(_ options: CommonOptions) async throws -> House {
        try await open(options, .readWrite)
    }

    private static func open(_ options: CommonOptions, _ mode: Wiring.StoreMode) async throws -> House {
        let wiring = try Wiring.required()
        try StorePlace.check(Surroundings.dataDirectory(options.data))
        return try await storeCall { () async throws(StoreError) in try await open(options, mode, wiring) }
    }

    private static func open(
        _ options: CommonOptions, _ mode: Wiring.StoreMode, _ wiring: Wiring
    ) async throws(StoreError) -> House {
        let directory = Surroundings.dataDirectory(options.data)
        return House(store: try await wiring.openStore(directory, mode), directory: directory, wiring: wiring)
    }

    func close() async { await wiring.closeStore(store) }

    /// An engine for a plan's hosts.
    ///
    /// `planner` plans a job that a running job starts in the background; it is asked for when that happens.
    func engine(
        hosts: [Model.Host], registry: TaskTypeRegistry, gate: ChangeGate = ChangeGate([]),
        planner: @escaping @Sendable () throws(Problems) -> Planner
    ) async throws -> Engine {
        let pinned = try await pinnedKeys()
        let byName = Dictionary(hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let secrets = SecretReader()
        let secret: SecretLookup = { source, purpose throws(SessionFailure) in
            try await secrets.read(source, purpose)
        }
        let transports = wiring.transports(
            Wiring.TransportSettings(hostKeys: { pinned[$0] ?? [] }, secret: secret, jumpHost: { byName[$0] }))
        var parts = EngineParts(
            store: try patient(), registry: registry, openSession: transports.open, secret: secret,
            plan: { request throws(Problems) in try planner().plan(request).plan })
        parts.gate = { gate }
        parts.full = { id, path, limit in
            say("run \(id) waits up to \(limit.written) for space: the disk of \(path) is full")
        }
        if let patience = try Surroundings.hostPatience() { parts.hostPatience = patience }
        return Engine(parts)
    }

    /// Who wrote the store before, where it was not closed.
    var predecessor: Predecessor? { wiring.predecessor(store) }

    /// The store for those who keep what they did: where it fails for a while, that is waited out.
    func patient(_ outage: Outage = .told) throws -> PatientStore {
        PatientStore(
            store, limit: try Surroundings.storePatience() ?? .seconds(60), sleep: EngineClock.system.sleep,
            recover: { [store, wiring] () async throws(StoreError) in try await wiring.recoverStore(store) },
            outage: outage)
    }

    private func pinnedKeys() async throws -> [Endpoint: [HostKey]] {
        do throws(StoreError) {
            return Dictionary(grouping: try await store.pinnedHostKeys(), by: \.endpoint).mapValues { $0.map(\.key) }
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension Outage {
    /// One that is told on standard error.
    static var told: Outage { Outage { say($0.text.description) } }
}

extension Outage.Turn {
    /// What happened.
    var text: Sentence {
        switch self {
        case .began(let failure, let limit):
            Sentence(
                "the store fails, and is tried again for {time}: {failure}",
                ["time": limit.written, "failure": failure])
        case .ended(let failure): Sentence("the store works again, after: {failure}", ["failure": failure])
        }
    }
}

/// Calls the store and says its errors the way commands do.
func storeCall<Answer>(_ call: () async throws(StoreError) -> Answer) async throws -> Answer {
    do throws(StoreError) {
        return try await call()
    } catch {
        throw CommandFailure(error)
    }
}

/// Reads secrets where they stand, and asks once for each purpose.
actor SecretReader {
    private var answers: [String: String] = [:]

    func read(_ source: SecretSource, _ purpose: String) throws(SessionFailure) -> String {
        switch source {
        case .environment(let name):
            guard let value = Surroundings.variable(name) else {
                throw SessionFailure(
                    .missingSecret, "the environment variable \(name) is not set; it is to hold a secret")
            }
            return value
        case .file(let path): return try SecretFile.read(path)
        case .prompt: return try ask(purpose)
        }
    }

    private func ask(_ purpose: String) throws(SessionFailure) -> String {
        if let answer = answers[purpose] { return answer }
        guard isatty(0) == 1, let text = getpass("\(purpose): ") else {
            throw SessionFailure(
                .missingSecret, "the \(purpose) is to be asked for, and there is no terminal; use env: or file:")
        }
        let answer = String(cString: text)
        answers[purpose] = answer
        return answer
    }
}
