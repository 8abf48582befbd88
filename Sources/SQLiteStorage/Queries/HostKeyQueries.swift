// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage

/// Questions about host keys.
enum HostKeyQueries {
    static func all(_ database: Database) throws -> [PinnedHostKey] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT address, port, type, key, pinnedAt, pinnedBy FROM hostKey ORDER BY address, port, type
                """)
        return try Row.fetchAll(statement).map { Columns($0, of: .hostKey) }.map { row in
            PinnedHostKey(
                endpoint: Endpoint(address: try row.text(0), port: try row.integer(1, in: 0...65_535)),
                key: HostKey(type: try row.text(2), base64: try row.text(3)), pinnedAt: try row.instant(4),
                pinnedBy: try row.text(5))
        }
    }
}
