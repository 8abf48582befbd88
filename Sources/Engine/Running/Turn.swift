// SPDX-License-Identifier: Apache-2.0

/// Tells whether a step's work waits for its turn on a host, which counts to no limit of the step.
struct Turn: Sendable {
    /// For work that has no limit.
    static let untold = Turn { _ in }

    private let tell: @Sendable (_ waits: Bool) -> Void

    init(tell: @escaping @Sendable (_ waits: Bool) -> Void) { self.tell = tell }

    /// Waits for a turn.
    func wait<Answer>(on owner: isolated SessionPool, _ work: () async -> Answer) async -> Answer {
        _ = owner
        tell(true)
        defer { tell(false) }
        return await work()
    }
}
