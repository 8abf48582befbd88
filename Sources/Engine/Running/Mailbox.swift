// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Things that have happened, put in by anybody and taken out, all at once, by the one who waits for them.
final class Mailbox<Letter: Sendable>: Sendable {
    private struct State {
        var letters: [Letter] = []
        var reader: CheckedContinuation<[Letter], Never>?
    }

    private let state = Mutex(State())

    func post(_ letter: Letter) {
        let (reader, letters) = state.withLock { state -> (CheckedContinuation<[Letter], Never>?, [Letter]) in
            state.letters.append(letter)
            guard let reader = state.reader else { return (nil, []) }
            defer {
                state.reader = nil
                state.letters = []
            }
            return (reader, state.letters)
        }
        reader?.resume(returning: letters)
    }

    /// Everything that has come; none where nothing has.
    func takeRest() -> [Letter] {
        state.withLock { state in
            defer { state.letters = [] }
            return state.letters
        }
    }

    /// Everything that has come, at least one letter.
    ///
    /// Only one task may wait.
    func take() async -> [Letter] {
        await withCheckedContinuation { continuation in
            let letters = state.withLock { state -> [Letter] in
                guard !state.letters.isEmpty else {
                    state.reader = continuation
                    return []
                }
                defer { state.letters = [] }
                return state.letters
            }
            if !letters.isEmpty { continuation.resume(returning: letters) }
        }
    }
}
