// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The gravest level of the steps of a run that ended; NULL for runs of earlier versions.
    ///
    /// Since this format origins, reasons and events are sentences (`SentenceText`), for which there is nothing in SQL: older rows stay
    /// as they are and are read as texts. An older version of the product would take the new rows for damage; it refuses the store.
    static let migration7 = "ALTER TABLE run ADD COLUMN level INTEGER;"
}
