// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Since when a store has failed, told once when that begins and once when it ends.
package actor Outage {
    /// What is told.
    package enum Turn: Hashable, Sendable {
        /// The store fails, and is tried again for so long.
        case began(StoreError, limit: Duration)
        /// It works again.
        case ended(StoreError)
    }

    private let tell: @Sendable (Turn) async -> Void
    /// Why the store fails now; nil while it works.
    package private(set) var failure: StoreError? {
        didSet { isOn.store(failure != nil, ordering: .relaxed) }
    }
    /// Whether the store fails, for those who ask at each call.
    private let isOn = Atomic(false)

    package init(tell: @escaping @Sendable (Turn) async -> Void = { _ in }) { self.tell = tell }

    func begin(_ failure: StoreError, limit: Duration) async {
        guard self.failure == nil else { return }
        self.failure = failure
        await tell(.began(failure, limit: limit))
    }

    /// Takes note that the store has answered.
    nonisolated func noteAnswer() async {
        if isOn.load(ordering: .relaxed) { await end() }
    }

    private func end() async {
        guard let failure else { return }
        self.failure = nil
        await tell(.ended(failure))
    }
}
