// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What is over by when it was, so that it can be forgotten; the runs that were, whose rows are still to be cleared away; and how
    /// many runs there are in each state, kept up by the database itself, for those are asked for all the time.
    static let migration4 = """
        CREATE INDEX runByEnd ON run (endedAt) WHERE endedAt IS NOT NULL;
        CREATE INDEX eventByTime ON event (at);
        CREATE TABLE forgottenRun (number INTEGER PRIMARY KEY) STRICT;

        CREATE TABLE runCount (state INTEGER PRIMARY KEY, runs INTEGER NOT NULL) STRICT;
        INSERT INTO runCount SELECT state, count(*) FROM run GROUP BY state;
        CREATE TRIGGER runIsNew AFTER INSERT ON run BEGIN
            INSERT INTO runCount VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET runs = runs + 1;
        END;
        CREATE TRIGGER runIsGone AFTER DELETE ON run BEGIN
            UPDATE runCount SET runs = runs - 1 WHERE state = old.state;
        END;
        CREATE TRIGGER runHasChanged AFTER UPDATE OF state ON run WHEN old.state <> new.state BEGIN
            UPDATE runCount SET runs = runs - 1 WHERE state = old.state;
            INSERT INTO runCount VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET runs = runs + 1;
        END;
        """
}
