// SPDX-License-Identifier: Apache-2.0

import GRDB

/// One call's change: a value that waits for the writer's turn, and is applied as a whole or not at all.
protocol Change: Sendable {
    /// About how many bytes it adds, so that a commit does not become too large.
    var size: Int { get }

    /// Applies the change. A `StoreError` refuses this change alone; any other error fails the whole commit.
    func apply(to database: Database) throws
}
