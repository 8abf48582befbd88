// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let stepPromises = [
        StorePromise("a step makes exactly the moves that the states allow, and may be updated in its state") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            var lane = 0
            for from in StepState.allCases {
                for to in StepState.allCases {
                    try await checkMove(from: from, to: to, lane: lane, in: store)
                    lane += 1
                }
            }
        },
        StorePromise("a step that is not there yet counts as waiting, which may be followed by any state") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            let records = StepState.allCases.enumerated().map { Sample.record($1, lane: $0) }
            try await store.keep(records)
            #expect(try await store.keptSteps() == records)
        },
        StorePromise("of a call with an illegal move nothing is kept") { store in
            try await store.create(Sample.run("r1", .waiting), plan: Sample.plan())
            try await store.keep([Sample.record(.running)])
            let before = try await store.steps(of: "r1", after: 0)
            let records = [Sample.record(.succeeded), Sample.record(.running, lane: 1), Sample.record(.running)]
            await #expect(throws: StoreError.illegalMove(records[2].key, from: .succeeded, to: .running)) {
                try await store.record(records, of: "r1", now: RunUpdate(state: .running))
            }
            #expect(try await store.steps(of: "r1", after: 0) == before)
            #expect(try await store.run("r1")?.state == .waiting)
        },
        StorePromise("a record replaces the one of the same attempt as a whole") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            var record = fullRecord
            record.state = .running
            try await store.keep([record])
            try await store.keep([Sample.record(.succeeded, step: 3, lane: 2, attempt: 4)])
            #expect(try await store.keptSteps() == [Sample.record(.succeeded, step: 3, lane: 2, attempt: 4)])
        },
        StorePromise("a running step may grow its log without moving") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            var record = Sample.record(.running)
            try await store.keep([record])
            record.log = LogSize(written: 5_000_000_000, cut: 12)
            try await store.keep([record])
            #expect(try await store.keptSteps() == [record])
        },
        StorePromise("attempts stand side by side, and a new one begins as waiting") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            let first = [Sample.record(.running, attempt: 1), Sample.record(.failed, attempt: 1)]
            try await store.keep(first)
            try await store.keep([Sample.record(.ready, attempt: 2)])
            #expect(
                try await store.keptSteps()
                    == [Sample.record(.failed, attempt: 1), Sample.record(.ready, attempt: 2)])
        },
        StorePromise("one call may move the same step several times") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            let records = [Sample.record(.ready), Sample.record(.running), Sample.record(.succeeded)]
            try await store.record(records, of: "r1", now: RunUpdate(state: .succeeded))
            #expect(try await store.keptSteps() == [Sample.record(.succeeded)])
        },
    ]

    static let pagePromises = [
        StorePromise("steps come in the order they changed, and only those after a position") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            try await store.keep([Sample.record(.ready, lane: 1), Sample.record(.ready)])
            let first = try await store.steps(of: "r1", after: 0)
            #expect(first.records.map(\.key.lane) == [1, 0])
            try await store.keep([Sample.record(.running, lane: 1)])
            try await store.keep([Sample.record(.ready, step: 1)])
            let second = try await store.steps(of: "r1", after: first.position)
            #expect(second.records == [Sample.record(.running, lane: 1), Sample.record(.ready, step: 1)])
            let all = try await store.steps(of: "r1", after: 0)
            #expect(
                all.records.map(\.key) == [
                    StepKey(step: 0, lane: 0), StepKey(step: 0, lane: 1), StepKey(step: 1, lane: 0),
                ])
            #expect(all.position == second.position)
        },
        StorePromise("when nothing changed, the position stays") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            #expect(try await store.steps(of: "r1", after: 0) == StepPage(records: [], position: 0))
            try await store.keep([Sample.record(.ready)])
            let page = try await store.steps(of: "r1", after: 0)
            #expect(
                try await store.steps(of: "r1", after: page.position) == StepPage(records: [], position: page.position))
        },
        StorePromise("the steps of two runs do not mix") { store in
            for id in ["r1", "r2"] as [RunID] {
                try await store.create(Sample.run(id), plan: Sample.plan())
            }
            try await store.keep([Sample.record(.running)])
            try await store.record([Sample.record(.skipped)], of: "r2", now: nil)
            #expect(try await store.keptSteps() == [Sample.record(.running)])
            #expect(try await store.steps(of: "r2", after: 0).records == [Sample.record(.skipped)])
        },
    ]

    /// Brings a step of its own to a state, tries one move, and compares with what the states say.
    private static func checkMove(from: StepState, to: StepState, lane: Int, in store: any RunStore) async throws {
        try await store.keep([Sample.record(from, lane: lane)])
        let position = try await store.steps(of: "r1", after: 0).position
        let record = Sample.record(to, lane: lane)
        if from == to || from.next.contains(to) {
            try await store.keep([record])
            #expect(try await store.steps(of: "r1", after: position).records == [record])
        } else {
            await #expect(throws: StoreError.illegalMove(record.key, from: from, to: to)) {
                try await store.keep([record])
            }
            #expect(try await store.steps(of: "r1", after: position).records == [])
        }
    }
}
