// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The plan of the day: planned starts by name, and by when they start.
    static let migration2 = """
        CREATE TABLE slot (
            id TEXT PRIMARY KEY,
            startsAt INTEGER NOT NULL,
            state TEXT NOT NULL,
            -- JSON of the whole.
            details TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX slotByStart ON slot (startsAt, id);
        """
}
