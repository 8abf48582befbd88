// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What is over by when it was, so that it can be forgotten; and the runs that were, whose rows are still to be cleared away.
    static let migration4 = """
        CREATE INDEX runByEnd ON run (endedAt) WHERE endedAt IS NOT NULL;
        CREATE INDEX eventByTime ON event (at);
        CREATE TABLE forgottenRun (number INTEGER PRIMARY KEY) STRICT;
        """
}
