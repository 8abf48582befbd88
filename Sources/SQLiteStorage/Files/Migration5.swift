// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The place of each run in the order in which runs were accepted or reopened, whatever clocks said; and runs by state and job in
    /// the order in which they came, for an index ends with the row's number.
    static let migration5 = """
        ALTER TABLE run ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;
        UPDATE run SET arrival = number;
        CREATE UNIQUE INDEX runByArrival ON run (arrival);
        DROP INDEX runByState;
        CREATE INDEX runByState ON run (state);
        DROP INDEX runByJob;
        CREATE INDEX runByJob ON run (job, state);
        """
}
