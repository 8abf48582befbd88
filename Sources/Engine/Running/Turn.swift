// SPDX-License-Identifier: Apache-2.0

/// Tells whether a step's work waits for its turn on a host, which counts to no limit of the step.
///
/// A value of the task and no parameter: on its way to a session the work goes through code of task types.
enum Turn {
    @TaskLocal static var tell: @Sendable (_ waits: Bool) -> Void = { _ in }

    /// Waits for a turn.
    static func wait<Answer>(_ work: () async -> Answer, on owner: isolated SessionPool) async -> Answer {
        _ = owner
        tell(true)
        defer { tell(false) }
        return await work()
    }
}
