// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let crowdPromises = [
        StorePromise("200 callers at once: everything is kept, each change at a position of its own") { store in
            for id in ["r0", "r1"] as [RunID] { try await store.create(Sample.run(id), plan: Sample.plan()) }
            try await atOnce(200) { lane in
                for step in 0..<5 {
                    for state in [StepState.running, .succeeded] {
                        try await store.record(
                            [Sample.record(state, step: step, lane: lane)], of: RunID("r\(lane % 2)"), now: nil)
                    }
                }
            }
            for id in ["r0", "r1"] as [RunID] {
                let page = try await store.steps(of: id, after: 0)
                #expect(page.records.count == 500)
                #expect(page.records.allSatisfy { $0.state == .succeeded })
                #expect(page.position >= 1000)
            }
        },
        StorePromise("callers at once: an illegal move fails alone") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            for lane in stride(from: 0, to: 100, by: 3) { try await store.keep([Sample.record(.failed, lane: lane)]) }
            let refused = try await atOnce(100) { lane in
                do {
                    try await store.keep([Sample.record(.running, lane: lane)])
                    return false
                } catch StoreError.illegalMove {
                    return true
                }
            }
            #expect(refused.filter(\.self).count == 34)
            let states = try await store.keptSteps().map(\.state)
            #expect(states.filter { $0 == .running }.count == 66)
            #expect(states.count == 100)
        },
        StorePromise("callers at once: one of them gets an id, the others are told that it is taken") { store in
            let created = try await atOnce(20) { _ in
                do {
                    try await store.create(Sample.run("r1"), plan: Sample.plan())
                    return true
                } catch StoreError.alreadyExists("r1") {
                    return false
                }
            }
            #expect(created.filter(\.self).count == 1)
        },
        StorePromise("a caller that is cancelled harms no other; what it was told is kept is kept") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            let kept = await withTaskGroup(of: Int?.self) { group in
                for lane in 0..<200 {
                    group.addTask {
                        let record = Sample.record(.running, lane: lane)
                        do throws(StoreError) {
                            try await store.keep([record])
                            return lane
                        } catch {
                            return nil
                        }
                    }
                    if lane == 100 { group.cancelAll() }
                }
                return await group.reduce(into: Set<Int>()) { if let lane = $1 { $0.insert(lane) } }
            }
            let lanes = Set(try await store.keptSteps().map(\.key.lane))
            #expect(kept.isSubset(of: lanes))
            try await store.keep([Sample.record(.running, step: 1)])
        },
    ]

    /// Does work a number of times at once and gives all answers.
    @discardableResult
    private static func atOnce<Answer: Sendable>(
        _ count: Int, _ work: @escaping @Sendable (Int) async throws -> Answer
    ) async throws -> [Answer] {
        try await withThrowingTaskGroup { group in
            for number in 0..<count { group.addTask { try await work(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
