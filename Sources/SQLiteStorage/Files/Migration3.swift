// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The planned start that a run was made of; planned starts in columns, which is quicker than JSON where there are very many;
    /// and what happened, in order.
    static let migration3 = """
        ALTER TABLE run ADD COLUMN slot TEXT;

        ALTER TABLE slot RENAME TO slotInJSON;
        DROP INDEX slotByStart;
        DROP INDEX slotByState;
        DROP INDEX slotBySchedule;
        CREATE TABLE slot (
            id TEXT PRIMARY KEY,
            schedule TEXT,
            job TEXT NOT NULL,
            -- The business day, as a number of days since 1970-01-01.
            day INTEGER NOT NULL,
            startsAt INTEGER NOT NULL,
            -- Whether a person has done something with it.
            isTouched INTEGER NOT NULL,
            origin TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            run TEXT,
            agreed TEXT,
            -- JSON of what it does, where that is not what its schedule says.
            work TEXT
        ) STRICT, WITHOUT ROWID;
        INSERT INTO slot SELECT
            id, schedule, details ->> 'job', julianday(details ->> 'day') - 2440587.5, startsAt,
            isMoved OR details ->> 'reason' <> '',
            details ->> 'origin', state, details ->> 'reason', details ->> 'run', NULL, NULL
        FROM slotInJSON;
        DROP TABLE slotInJSON;
        CREATE INDEX slotByStart ON slot (startsAt, id);
        -- Of those that are over there are many, and nobody asks for them by state.
        CREATE INDEX slotByState ON slot (startsAt, id) WHERE state IN ('planned', 'waiting', 'held');
        CREATE INDEX slotBySchedule ON slot (schedule, startsAt);

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
