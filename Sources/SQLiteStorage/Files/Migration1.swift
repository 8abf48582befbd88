// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The first version.
    ///
    /// Names are numbers here (`run.number`), states are small integers, times are microseconds, and what a plain step does not
    /// have is NULL, so that a step takes few bytes. A step has its place by key, and an index by the order of change.
    static let migration1 = """
        CREATE TABLE run (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            job TEXT NOT NULL,
            planDigest TEXT NOT NULL,
            state INTEGER NOT NULL,
            operator TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            startedAt INTEGER,
            endedAt INTEGER,
            origin TEXT NOT NULL,
            caller TEXT,
            -- The position of the last change of a step.
            position INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX runByState ON run (state, createdAt);
        CREATE INDEX runByJob ON run (job, state, createdAt);

        CREATE TABLE plan (
            run INTEGER PRIMARY KEY,
            -- Of the JSON text, before it was compressed.
            length INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;

        CREATE TABLE step (
            run INTEGER NOT NULL,
            step INTEGER NOT NULL,
            lane INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            state INTEGER NOT NULL,
            position INTEGER NOT NULL,
            startedAt INTEGER,
            endedAt INTEGER,
            dueAt INTEGER,
            written INTEGER NOT NULL,
            cut INTEGER NOT NULL,
            level INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            exitCode INTEGER,
            -- JSON; NULL when there is nothing more to say.
            details TEXT,
            PRIMARY KEY (run, step, lane, attempt)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX stepByPosition ON step (run, position);

        CREATE TABLE block (
            run INTEGER NOT NULL,
            step INTEGER NOT NULL,
            lane INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            place INTEGER NOT NULL,
            -- Of the frames, before they were compressed.
            length INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (run, step, lane, attempt, place)
        ) STRICT;

        CREATE TABLE action (
            number INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            kind TEXT NOT NULL,
            person TEXT NOT NULL,
            at INTEGER NOT NULL,
            step TEXT,
            reason TEXT
        ) STRICT;
        CREATE INDEX actionByRun ON action (run);

        CREATE TABLE hostKey (
            address TEXT NOT NULL,
            port INTEGER NOT NULL,
            type TEXT NOT NULL,
            key TEXT NOT NULL,
            pinnedAt INTEGER NOT NULL,
            pinnedBy TEXT NOT NULL,
            PRIMARY KEY (address, port, type)
        ) STRICT, WITHOUT ROWID;
        """
}
