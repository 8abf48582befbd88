// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The planned start that a run was made of; and what happened, in order.
    static let migration3 = """
        ALTER TABLE run ADD COLUMN slot TEXT;

        CREATE TABLE event (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            -- Of two events with one key the first is kept.
            onceKey TEXT UNIQUE,
            -- JSON of the whole.
            details TEXT NOT NULL
        ) STRICT;
        """
}
