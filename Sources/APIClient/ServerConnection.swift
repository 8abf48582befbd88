// SPDX-License-Identifier: Apache-2.0

package import APIContract
import Foundation
package import Model
package import Storage

/// A running server, asked over its socket: what it keeps can be read as from a store, and it does what it is asked.
package struct ServerConnection: Sendable {
    /// Where its socket is.
    package let socket: String
    /// Who asks.
    private let person: String

    package init(socket: String, person: String) {
        self.socket = socket
        self.person = person
    }

    /// What the server says of itself.
    ///
    /// It is asked on this thread: commands need it before they can read anything.
    package func info() throws(APIProblem) -> ServerInfo {
        let exchange = Exchange(
            socket: socket, method: "GET", path: APIPath.server, body: nil, person: person, limit: 10)
        return try decoded(try exchange.perform().get())
    }

    /// Has a plan run that was agreed to.
    package func start(_ request: StartRun) async throws(APIProblem) -> RunID {
        let accepted: RunAccepted = try await send("POST", APIPath.runs, request)
        return accepted.run
    }

    /// Has something done with a run, and returns what was done.
    package func act(_ request: RunRequest) async throws(APIProblem) -> String {
        let done: Done = try await send("POST", APIPath.actions(on: request.run), request)
        return done.message
    }

    /// Has starts added to the plan of the day, and returns them.
    package func add(_ request: AddSlots) async throws(APIProblem) -> [Slot] {
        try await send("POST", APIPath.slots, request)
    }

    /// Has one start of the plan of the day changed, and returns it as it is then.
    package func change(_ request: ChangeSlot) async throws(APIProblem) -> Slot {
        try await send("POST", APIPath.slot(request.slot), request)
    }

    /// Has the server expect other host keys.
    package func change(_ keys: ChangeHostKeys) async throws(APIProblem) {
        let _: Done = try await send("POST", APIPath.hostKeys, keys)
    }

    /// Has the server read its files anew, and returns what it found.
    package func reload() async throws(APIProblem) -> FilesRead {
        try await send("POST", APIPath.reload, Optional<Done>.none)
    }
}

extension ServerConnection: RunReader {
    package func run(_ id: RunID) async throws(StoreError) -> Run? {
        do throws(APIProblem) {
            return try await get(APIPath.run(id)) as Run
        } catch {
            if error.kind == .notFound { return nil }
            throw storeError(error)
        }
    }

    package func plan(of id: RunID) async throws(StoreError) -> Plan { try await read(APIPath.plan(of: id), of: id) }

    package func runs(_ filter: RunFilter) async throws(StoreError) -> [Run] {
        var query = filter.states.map { (APIQuery.state, $0.rawValue) }.sorted { $0.1 < $1.1 }
        if let job = filter.job { query.append((APIQuery.job, job.rawValue)) }
        query.append((APIQuery.limit, String(filter.limit)))
        return try await read(APIPath.runs, query)
    }

    package func runCounts() async throws(StoreError) -> [RunState: Int] {
        let counts: [String: Int] = try await read(APIPath.runCounts)
        return Dictionary(
            uniqueKeysWithValues: counts.compactMap { name, count in RunState(rawValue: name).map { ($0, count) } })
    }

    package func steps(of id: RunID, after position: Int) async throws(StoreError) -> StepPage {
        try await read(APIPath.steps(of: id), [(APIQuery.after, String(position))], of: id)
    }

    package func blocks(of attempt: AttemptKey, from index: Int, limit: Int) async throws(StoreError) -> [OutputBlock] {
        let query = [(APIQuery.from, String(index)), (APIQuery.limit, String(limit))]
        let answer: OutputAnswer = try await read(APIPath.output(of: attempt), query, of: attempt.run)
        return answer.blocks.map { OutputBlock(index: $0.index, bytes: Array($0.bytes)) }
    }

    package func pinnedHostKeys() async throws(StoreError) -> [PinnedHostKey] { try await read(APIPath.hostKeys) }

    package func actions(on run: RunID) async throws(StoreError) -> [RunAction] {
        try await read(APIPath.actions(on: run), of: run)
    }

    package func events(after position: Int, limit: Int) async throws(StoreError) -> EventPage {
        let query = [(APIQuery.after, String(position)), (APIQuery.limit, String(limit))]
        return try await read(APIPath.events, query)
    }

    package func scheduleMarks() async throws(StoreError) -> [ScheduleMark] { try await read(APIPath.scheduleMarks) }

    package func slots(from: Instant, through: Instant, limit: Int) async throws(StoreError) -> [Slot] {
        let query = [
            (APIQuery.from, String(from.microseconds)), (APIQuery.through, String(through.microseconds)),
            (APIQuery.limit, String(limit)),
        ]
        return try await read(APIPath.slots, query)
    }

    package func openSlots(named prefix: String, limit: Int) async throws(StoreError) -> [Slot] {
        try await read(APIPath.slots, [(APIQuery.named, prefix), (APIQuery.limit, String(limit))])
    }

    package func slot(_ id: SlotID) async throws(StoreError) -> Slot? {
        do throws(APIProblem) {
            return try await get(APIPath.slot(id)) as Slot
        } catch {
            if error.kind == .notFound { return nil }
            throw storeError(error)
        }
    }
}

extension ServerConnection {
    private func read<Answer: Decodable & Sendable>(
        _ path: String, _ query: [(String, String)] = [], of run: RunID? = nil
    ) async throws(StoreError) -> Answer {
        let pairs = query.map { "\($0)=\($1.percentEncoded)" }.joined(separator: "&")
        do throws(APIProblem) {
            return try await get(pairs.isEmpty ? path : "\(path)?\(pairs)")
        } catch {
            if error.kind == .notFound, let run { throw .notFound(run) }
            throw storeError(error)
        }
    }

    private func storeError(_ problem: APIProblem) -> StoreError {
        problem.kind == .busy
            ? .unanswered(detail: problem.detail)
            : .unusable(path: "the store of the server at \(socket)", detail: problem.detail)
    }

    private func get<Answer: Decodable & Sendable>(_ path: String) async throws(APIProblem) -> Answer {
        try await exchange("GET", path, nil)
    }

    private func send<Answer: Decodable & Sendable>(
        _ method: String, _ path: String, _ request: (some Encodable & Sendable)?
    ) async throws(APIProblem) -> Answer {
        let body: Data
        do {
            body = try request.map { try JSONEncoder().encode($0) } ?? Data()
        } catch {
            throw APIProblem(.defect, "the request cannot be written down: \(error)")
        }
        return try await exchange(method, path, body)
    }

    private func exchange<Answer: Decodable & Sendable>(
        _ method: String, _ path: String, _ body: Data?
    ) async throws(APIProblem) -> Answer {
        try decoded(
            await Exchange(socket: socket, method: method, path: path, body: body, person: person).answer())
    }

    private func decoded<Answer: Decodable>(_ data: Data) throws(APIProblem) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw APIProblem(
                .defect, "the answer of the server at \(socket) is not understood; is it of another version? (\(error))"
            )
        }
    }
}
