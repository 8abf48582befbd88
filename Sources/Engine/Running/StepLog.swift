// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import TaskKit

/// A step's log: what its program writes goes to the store, within limits. Nothing is made until something is written.
actor StepLog: OutputSink {
    private let attempt: AttemptKey
    private let store: any RunStore
    private let clock: EngineClock
    private var writer: OutputWriter?

    init(_ attempt: AttemptKey, store: any RunStore, clock: EngineClock) {
        self.attempt = attempt
        self.store = store
        self.clock = clock
    }

    func write(_ bytes: [UInt8], to stream: OutputStream) async {
        let writer = self.writer ?? OutputWriter(for: attempt, in: store)
        self.writer = writer
        // What the store cannot take is counted as cut by the writer, and shown so; the work itself goes on.
        try? await writer.write(bytes, stream: stream.rawValue, now: clock.now())
    }

    /// Keeps the rest and tells how much there was.
    func finish() async -> LogSize {
        guard let writer else { return LogSize() }
        try? await writer.flush()
        return await writer.size
    }
}
