// SPDX-License-Identifier: Apache-2.0

import APIContract
import Engine
import Foundation
import Hummingbird
import Model
import Storage

/// What is read of the store.
func addReadingRoutes(_ router: Router<SocketContext>, _ parts: WebServer.Parts) {
    let store = parts.store
    router.get("\(APIPath.server)") { request, context in
        var info = parts.info
        info.person = await context.person(request) ?? ""
        let vitals = await parts.desk.vitals()
        (info.complaints, info.movingRuns) = (vitals.complaints, vitals.movingRuns)
        return try json(info)
    }
    router.get("\(APIPath.runs)") { request, _ in
        let states = try request.uri.queryParameters.getAll("\(APIQuery.state)").map { text in
            guard let state = RunState(rawValue: text) else {
                throw APIProblem(.invalid, "a run is never '\(text)'")
            }
            return state
        }
        let filter = RunFilter(
            states: Set(states), job: request.text(APIQuery.job).map { JobID($0) },
            limit: try request.limit() ?? 50)
        return try json(try await store.runs(filter))
    }
    router.get("\(APIPath.runCounts)") { _, _ in
        let counts = try await store.runCounts()
        return try json(Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }))
    }
    router.get("\(APIPath.runs)/:run") { _, context in
        let id = try context.run()
        guard let run = try await store.run(id) else { throw StoreError.notFound(id) }
        return try json(run)
    }
    router.get("\(APIPath.runs)/:run/plan") { _, context in try json(try await store.plan(of: try context.run())) }
    router.get("\(APIPath.runs)/:run/steps") { request, context in
        try json(try await store.steps(of: try context.run(), after: try request.number(APIQuery.after) ?? 0))
    }
    router.get("\(APIPath.runs)/:run/actions") { _, context in
        try json(try await store.actions(on: try context.run()))
    }
    router.get("\(APIPath.runs)/:run/steps/:step/lanes/:lane/attempts/:attempt/output") { request, context in
        let key = StepKey(step: try context.number("step"), lane: try context.number("lane"))
        let attempt = AttemptKey(run: try context.run(), key: key, attempt: try context.number("attempt"))
        let blocks = try await store.blocks(
            of: attempt, from: try request.number(APIQuery.from) ?? 0, limit: try request.limit() ?? 16)
        return try json(
            OutputAnswer(blocks: blocks.map { OutputAnswer.Block(index: $0.index, bytes: Data($0.bytes)) }))
    }
    router.get("\(APIPath.hostKeys)") { _, _ in try json(try await store.pinnedHostKeys()) }
    router.get("\(APIPath.events)") { request, _ in
        let page = try await store.events(
            after: try request.number(APIQuery.after) ?? 0, limit: try request.limit() ?? 100)
        return try json(page)
    }
    router.get("\(APIPath.scheduleMarks)") { _, _ in try json(try await store.scheduleMarks()) }
    router.get("\(APIPath.slots)") { request, _ in
        let limit = try request.limit() ?? 1000
        if let name = request.text(APIQuery.named) {
            return try json(try await store.openSlots(named: name, limit: limit))
        }
        guard let from = try request.number(APIQuery.from), let through = try request.number(APIQuery.through) else {
            throw APIProblem(.invalid, "say from when to when: from and through, in microseconds since 1970")
        }
        let slots = try await store.slots(
            from: Instant(microseconds: Int64(from)), through: Instant(microseconds: Int64(through)), limit: limit)
        return try json(slots)
    }
    router.get("\(APIPath.slots)/:slot") { _, context in
        let id = SlotID(try context.part("slot"))
        guard let slot = try await store.slot(id) else {
            throw APIProblem(.notFound, "there is no planned start \(id)")
        }
        return try json(slot)
    }
}

extension Request {
    func text(_ name: String) -> String? { uri.queryParameters.get(name) }

    /// How many are wanted at most; more than a server gives at once is refused, and not cut without a word.
    func limit() throws -> Int? {
        guard let limit = try number(APIQuery.limit) else { return nil }
        guard (0...APIQuery.largestLimit).contains(limit) else {
            throw APIProblem(.invalid, "limit must be a number from 0 to \(APIQuery.largestLimit), not \(limit)")
        }
        return limit
    }

    func number(_ name: String) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text) else { throw APIProblem(.invalid, "\(name) must be a number, not '\(text)'") }
        return number
    }
}

extension SocketContext {
    /// A part of the path.
    func part(_ name: String) throws -> String {
        guard let text = parameters.get(name)?.removingPercentEncoding else {
            throw APIProblem(.invalid, "the path has no \(name)")
        }
        return text
    }

    func number(_ name: String) throws -> Int {
        let text = try part(name)
        guard let number = Int(text) else { throw APIProblem(.invalid, "\(name) must be a number, not '\(text)'") }
        return number
    }

    func run() throws -> RunID { RunID(try part("run")) }
}
