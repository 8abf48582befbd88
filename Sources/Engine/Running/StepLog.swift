// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import TaskKit

/// A step's log: what its program writes goes to the store, within limits. Nothing is made until something is written.
///
/// The log of a try that is taken up again goes on where it was cut off: what it has kept is not written a second time,
/// although whoever runs the try writes it all from the beginning.
actor StepLog: OutputSink {
    private let attempt: AttemptKey
    private let store: any RunStore
    private let clock: EngineClock
    private let patience: DiskPatience
    private let isResumed: Bool
    private var writer: OutputWriter?
    /// Bytes still to come that are kept already, by stream.
    private var known: [OutputStream: Int] = [:]

    init(
        _ attempt: AttemptKey, store: any RunStore, clock: EngineClock, patience: Duration, isResumed: Bool = false
    ) {
        self.attempt = attempt
        self.store = store
        self.clock = clock
        self.patience = DiskPatience(clock: clock, limit: patience)
        self.isResumed = isResumed
    }

    func write(_ bytes: [UInt8], to stream: OutputStream) async {
        let writer = await openWriter()
        let again = min(bytes.count, known[stream] ?? 0)
        known[stream, default: 0] -= again
        guard again < bytes.count else { return }
        // A full disk is waited for, and holds back the program meanwhile. What the store cannot take in the end is counted
        // as cut by the writer, and shown so; the work itself goes on.
        try? await writer.write(
            again == 0 ? bytes : Array(bytes.dropFirst(again)), stream: stream.rawValue, now: clock.now())
    }

    /// What was kept before the try was taken up again.
    func kept() async -> [(stream: OutputStream, bytes: [UInt8])] {
        await openWriter().resumed.compactMap { piece in
            OutputStream(rawValue: piece.stream).map { ($0, piece.bytes) }
        }
    }

    /// Keeps the rest and tells how much there was.
    func finish() async -> LogSize {
        if isResumed { _ = await openWriter() }
        guard let writer else { return LogSize() }
        await writer.finish()
        return await writer.size
    }

    private func openWriter() async -> OutputWriter {
        if let writer { return writer }
        let patience = patience
        let whenFull: OutputWriter.WhenFull = { await patience.waits(refusedBefore: $0) }
        let resumed = isResumed ? try? await OutputWriter(resuming: attempt, in: store, whenFull: whenFull) : nil
        // Somebody else may have come first, while the store was asked.
        if let writer { return writer }
        let opened = resumed ?? OutputWriter(for: attempt, in: store, whenFull: whenFull)
        for piece in await opened.resumed {
            OutputStream(rawValue: piece.stream).map { known[$0, default: 0] += piece.bytes.count }
        }
        writer = opened
        return opened
    }
}
