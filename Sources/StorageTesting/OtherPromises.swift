// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let blockPromises = [
        StorePromise("blocks of output come in order, from an index on, at most a number of them") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            for index in [2, 0, 1, 4] { try await put(index, [UInt8(index)], in: store) }
            #expect(try await indexes(store, from: 0, limit: 9) == [0, 1, 2, 4])
            #expect(try await indexes(store, from: 1, limit: 2) == [1, 2])
            #expect(try await indexes(store, from: 3, limit: 9) == [4])
            #expect(try await indexes(store, from: 5, limit: 9) == [])
            #expect(try await indexes(store, from: 0, limit: 0) == [])
        },
        StorePromise("a block takes the place of an earlier one of its index") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            try await put(0, [1], in: store)
            try await put(0, Array(repeating: 2, count: 300_000), in: store)
            try await put(0, [3, 4], in: store)
            let blocks = try await store.blocks(of: Sample.attempt(), from: 0, limit: 9)
            #expect(blocks == [OutputBlock(index: 0, bytes: [3, 4])])
        },
        StorePromise("a dropped block leaves a gap; dropping what is not there does nothing") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            for index in 0..<3 { try await put(index, [UInt8(index)], in: store) }
            try await store.drop(block: 1, of: Sample.attempt())
            try await store.drop(block: 7, of: Sample.attempt())
            #expect(try await indexes(store, from: 0, limit: 9) == [0, 2])
        },
        StorePromise("blocks of any bytes are read byte for byte, and attempts do not mix") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            var numbers = SeededNumbers(seed: 1)
            let contents = [
                [], [0], Array(repeating: UInt8(7), count: 262_144),
                (0..<262_144).map { _ in UInt8.random(in: 0...255, using: &numbers) },
            ]
            for (number, bytes) in contents.enumerated() {
                try await store.put(
                    OutputBlock(index: 0, bytes: bytes), of: Sample.attempt("r1", 0, 0, attempt: number + 1))
            }
            for (number, bytes) in contents.enumerated() {
                let kept = try await store.blocks(
                    of: Sample.attempt("r1", 0, 0, attempt: number + 1), from: 0, limit: 9)
                #expect(kept.map(\.bytes) == [bytes])
            }
        },
    ]

    static let hostKeyPromises = [
        StorePromise("host keys are listed by endpoint, one of each type, the last one pinned") { store in
            let pins = [
                pin("b", 22, "ssh-ed25519", "AAA1"), pin("a", 2222, "ssh-rsa", "AAA2"), pin("a", 22, "ssh-rsa", "AAA3"),
                pin("a", 22, "ssh-ed25519", "AAA4"), pin("b", 22, "ssh-ed25519", "AAA5"),
            ]
            for pin in pins { try await store.pin(pin) }
            #expect(try await store.pinnedHostKeys() == [pins[3], pins[2], pins[1], pins[4]])
        },
        StorePromise("unpinning forgets all keys of that endpoint and no other") { store in
            for type in ["ssh-ed25519", "ssh-rsa"] { try await store.pin(pin("a", 22, type, "AAA1")) }
            try await store.pin(pin("a", 23, "ssh-rsa", "AAA2"))
            try await store.unpin(Endpoint(address: "a", port: 22))
            try await store.unpin(Endpoint(address: "nowhere", port: 22))
            #expect(try await store.pinnedHostKeys() == [pin("a", 23, "ssh-rsa", "AAA2")])
        },
    ]

    static let actionPromises = [
        StorePromise("what a person did to steps is kept with them, or neither is") { store in
            try await store.create(Sample.run("r1"), plan: Sample.plan())
            let action = RunAction(run: "r1", kind: .reworked, by: "kim", at: Sample.time(1))
            let running = RunUpdate(state: .running)
            try await store.record([Sample.record(.failed)], of: "r1", now: running, actions: [action])
            #expect(try await store.actions(on: "r1") == [action])
            await #expect(throws: StoreError.illegalMove(StepKey(step: 0, lane: 0), from: .failed, to: .running)) {
                try await store.record([Sample.record(.running)], of: "r1", now: running, actions: [action])
            }
            #expect(try await store.actions(on: "r1") == [action])
        },
        StorePromise("what persons did to a run is listed in order, and not under another run") { store in
            for id in ["r1", "r2"] as [RunID] { try await store.create(Sample.run(id), plan: Sample.plan()) }
            let actions = [
                RunAction(run: "r1", kind: .started, by: "kim", at: Sample.time(9)),
                RunAction(
                    run: "r1", kind: .released, by: "佐藤", at: Sample.time(3), step: "stop/ask",
                    reason: Sentence(verbatim: "checked\nit ✅")),
                RunAction(run: "r1", kind: .cancelled, by: "kim", at: Sample.time(3), reason: Sentence(verbatim: "")),
            ]
            for action in actions { try await store.note(action) }
            #expect(try await store.actions(on: "r1") == actions)
            #expect(try await store.actions(on: "r2") == [])
        },
    ]

    private static func put(_ index: Int, _ bytes: [UInt8], in store: any RunStore) async throws {
        try await store.put(OutputBlock(index: index, bytes: bytes), of: Sample.attempt())
    }

    private static func indexes(_ store: any RunStore, from index: Int, limit: Int) async throws -> [Int] {
        try await store.blocks(of: Sample.attempt(), from: index, limit: limit).map(\.index)
    }

    private static func pin(_ address: String, _ port: Int, _ type: String, _ key: String) -> PinnedHostKey {
        PinnedHostKey(
            endpoint: Endpoint(address: address, port: port), key: HostKey(type: type, base64: key),
            pinnedAt: Sample.time(0), pinnedBy: "kim (scan)")
    }
}
