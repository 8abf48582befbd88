// SPDX-License-Identifier: Apache-2.0

package import Model

/// Keeps what a step writes: head and tail within limits, in blocks.
///
/// 1. `write` is called for each piece as it comes. It returns when what had to be kept is kept, so a slow store holds back the
///    program and never the memory.
/// 2. The block that is being filled is kept about once a second, so that others can follow; `saveIfDue` does that for a
///    program that has fallen silent.
/// 3. `flush` keeps the rest. A small output costs one block, an empty one none.
///
/// A full disk is waited for as long as whoever writes wants that. A block that the store refuses otherwise counts as cut and
/// leaves a marked gap; writing may go on. Calls may come from several
/// tasks; they are carried out one after another.
package actor OutputWriter {
    /// The longest time that something written stays in memory only, as long as the writer is called.
    private static let saveInterval = Duration.seconds(1)

    /// What is done when the store's disk is full: waits a moment and says whether to try again a block that was refused so
    /// many times before.
    package typealias WhenFull = @Sendable (Int) async -> Bool

    private let store: any RunStore
    private let attempt: AttemptKey
    private let whenFull: WhenFull
    private var waitsForSpace = true
    private var blocks: OutputBlocks
    private var savedAt: Instant?
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Makes a writer for an attempt that has written nothing yet.
    ///
    /// Once `whenFull` has said no, it is not asked any more.
    package init(
        for attempt: AttemptKey, in store: any RunStore, limits: OutputLimits = OutputLimits(),
        whenFull: @escaping WhenFull = { _ in false }
    ) {
        self.store = store
        self.attempt = attempt
        self.whenFull = whenFull
        blocks = OutputBlocks(limits: limits)
    }

    /// Makes a writer that goes on where an earlier one of the attempt was cut off, and tells what that one has kept.
    ///
    /// Where the middle was cut out already, it begins anew: what was kept is dropped.
    package init(
        resuming attempt: AttemptKey, in store: any RunStore, limits: OutputLimits = OutputLimits(),
        whenFull: @escaping WhenFull = { _ in false }
    ) async throws(StoreError) {
        self.init(for: attempt, in: store, limits: limits, whenFull: whenFull)
        var reader = OutputReader(of: attempt, in: store)
        var pieces: [(stream: UInt8, bytes: ArraySlice<UInt8>)] = []
        while true {
            let more = try await reader.next()
            if more.isEmpty { break }
            for case .bytes(let bytes, let stream) in more { pieces.append((stream, bytes)) }
            guard !more.contains(where: { if case .cut = $0 { true } else { false } }) else {
                try await store.dropBlocks(of: attempt)
                return
            }
        }
        blocks.resume(with: pieces)
        resumed = pieces.map { ($0.stream, Array($0.bytes)) }
    }

    /// What an earlier writer had kept, by stream; empty when this one began anew.
    package private(set) var resumed: [(stream: UInt8, bytes: [UInt8])] = []

    /// What was written, and what of it is not kept.
    package var size: LogSize { blocks.size }

    /// Takes a piece of one stream; `now` is the caller's clock.
    package func write(_ bytes: [UInt8], stream: UInt8, now: Instant) async throws(StoreError) {
        await waitForTurn()
        defer { endTurn() }
        let commands = blocks.take(bytes, stream: stream)
        if savedAt == nil || !commands.isEmpty { savedAt = now }
        try await carryOut(commands)
        try await saveDue(now)
    }

    /// Keeps the block that is being filled, unless that was done a moment ago.
    package func saveIfDue(now: Instant) async throws(StoreError) {
        await waitForTurn()
        defer { endTurn() }
        try await saveDue(now)
    }

    /// Keeps everything written so far.
    package func flush() async throws(StoreError) {
        await waitForTurn()
        defer { endTurn() }
        try await save()
    }

    /// Keeps everything written so far, or counts as cut what the store refuses.
    package func finish() async {
        await waitForTurn()
        defer { endTurn() }
        guard blocks.hasUnsaved else { return }
        let block = blocks.partial()
        do {
            try await put(block)
        } catch {
            blocks.lost(block)
        }
    }
}

extension OutputWriter {
    private func saveDue(_ now: Instant) async throws(StoreError) {
        guard let savedAt, now - savedAt >= OutputWriter.saveInterval else { return }
        self.savedAt = now
        try await save()
    }

    private func save() async throws(StoreError) {
        guard blocks.hasUnsaved else { return }
        do {
            try await put(blocks.partial())
        } catch {
            blocks.partialFailed()
            throw error
        }
    }

    /// Carries out every command even if one fails, and throws the first failure.
    private func carryOut(_ commands: [OutputBlocks.Command]) async throws(StoreError) {
        var failure: StoreError?
        for command in commands {
            do {
                try await carryOut(command)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private func carryOut(_ command: OutputBlocks.Command) async throws(StoreError) {
        switch command {
        case .put(let block):
            do {
                try await put(block)
            } catch {
                blocks.lost(block)
                throw error
            }
        case .drop(let index):
            try await store.drop(block: index, of: attempt)
        }
    }

    private func put(_ block: OutputBlock) async throws(StoreError) {
        var refused = 0
        while true {
            do throws(StoreError) {
                return try await store.put(block, of: attempt)
            } catch .full(let path) {
                if waitsForSpace { waitsForSpace = await whenFull(refused) }
                guard waitsForSpace else { throw .full(path: path) }
                refused += 1
            }
        }
    }

    // An actor lets another call in while one waits for the store; a later block must not overtake an earlier one.
    private func waitForTurn() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func endTurn() {
        if waiting.isEmpty {
            isBusy = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
