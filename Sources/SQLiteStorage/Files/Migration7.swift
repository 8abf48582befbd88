// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The gravest level of the steps of a run that ended; NULL for runs of earlier versions.
    static let migration7 = "ALTER TABLE run ADD COLUMN level INTEGER;"
}
