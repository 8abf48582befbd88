// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The plan of the day: planned starts by name, by when they start, and those that are due; and how far it has been made.
    static let migration2 = """
        CREATE TABLE slot (
            id TEXT PRIMARY KEY,
            schedule TEXT,
            startsAt INTEGER NOT NULL,
            state TEXT NOT NULL,
            isMoved INTEGER NOT NULL,
            -- JSON of the whole.
            details TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX slotByStart ON slot (startsAt, id);
        CREATE INDEX slotByState ON slot (state, startsAt);
        CREATE INDEX slotBySchedule ON slot (schedule, startsAt);

        CREATE TABLE scheduleMark (
            schedule TEXT PRIMARY KEY,
            through INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
