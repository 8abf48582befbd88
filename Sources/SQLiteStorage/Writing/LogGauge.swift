// SPDX-License-Identifier: Apache-2.0

/// Says when the write-ahead log has become long enough to be folded back into the database.
///
/// The log is used again from its beginning once all of it was folded back and nobody reads it, and SQLite then cuts it to the
/// threshold (`journal_size_limit`). So a log longer than the threshold has grown since; one that stays longer is held by a
/// reader, and is tried again only after it has grown by as much once more.
struct LogGauge: Sendable {
    /// The length in bytes.
    let threshold: Int
    private var triedAt = 0

    init(threshold: Int = 4 << 20) { self.threshold = threshold }

    /// Whether to fold the log back now that it has this length.
    mutating func isDue(length: Int) -> Bool {
        guard length > threshold else {
            triedAt = 0
            return false
        }
        guard length >= triedAt + threshold else { return false }
        triedAt = length
        return true
    }
}
