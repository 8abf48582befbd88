// SPDX-License-Identifier: Apache-2.0

import APIClient
import Engine
import Model
import Storage

/// What is kept of runs, for a command that looks: a store that is open for reading, or the server that has it open.
struct Records: Sendable {
    let store: any RunReader
    /// Whether a server is asked for them.
    let isOfServer: Bool
    private let closing: @Sendable () async -> Void

    /// Opens them.
    static func open(_ options: CommonOptions) async throws -> Records {
        if let server = try RunningServer.find(options.data) {
            return Records(store: server, isOfServer: true, closing: {})
        }
        let house = try await House.reading(options)
        return Records(store: house.store, isOfServer: false, closing: { await house.close() })
    }

    /// The same, or nil where nothing has been kept yet.
    static func openIfThere(_ options: CommonOptions) async throws -> Records? {
        if let server = try RunningServer.find(options.data) {
            return Records(store: server, isOfServer: true, closing: {})
        }
        guard let house = try await House.readingIfThere(options) else { return nil }
        return Records(store: house.store, isOfServer: false, closing: { await house.close() })
    }

    func close() async { await closing() }
}

extension RunReader {
    /// A run as it stands.
    func view(_ id: RunID) async throws -> RunView {
        do throws(StoreError) {
            guard let run = try await run(id) else { throw StoreError.notFound(id) }
            let plan = try await plan(of: id)
            return RunView(
                run: run, plan: plan, records: try await steps(of: id, in: plan),
                actions: try await actions(on: id))
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The run a person means: a whole id, the beginning of one, or `last`.
    func find(_ text: String) async throws -> RunID {
        if try await storeCall({ () async throws(StoreError) in try await self.run(RunID(text)) }) != nil {
            return RunID(text)
        }
        let known = try await storeCall { () async throws(StoreError) in
            try await self.runs(RunFilter(limit: text == "last" ? 1 : 1000))
        }
        if text == "last", let newest = known.first { return newest.id }
        let near = known.filter { $0.id.rawValue.hasPrefix(text) || $0.id.rawValue.hasSuffix(text) }
        guard near.count < 2 else {
            throw CommandFailure(.usage, "'\(text)' could be any of \(near.map(\.id.rawValue).joined(separator: ", "))")
        }
        guard let only = near.first else { throw CommandFailure(StoreError.notFound(RunID(text))) }
        return only.id
    }
}
