// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Pages with checksums: nothing in SQL, the file is written once more (see `Upgrade`).
    static let migration6 = ""
}
