// SPDX-License-Identifier: Apache-2.0

/// Does some work with helpers beside it, such as one that shows how it goes.
///
/// When the work is done, or fails, the helpers are cancelled and awaited: none of them outlives the call.
func withHelpers<Answer: Sendable>(
    _ helpers: [@Sendable () async -> Void], _ work: () async throws -> Answer
) async throws -> Answer {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for helper in helpers { group.addTask { await helper() } }
        defer { group.cancelAll() }
        return try await work()
    }
}
