// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage

/// Keeps a host key as one to expect.
struct PinHostKey: Change {
    let key: PinnedHostKey

    var size: Int { 1000 }

    func apply(to database: Database) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO hostKey VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [
                key.endpoint.address, key.endpoint.port, key.key.type, key.key.base64, key.pinnedAt.microseconds,
                key.pinnedBy,
            ])
    }
}

/// Forgets the host keys of an endpoint.
struct UnpinHostKeys: Change {
    let endpoint: Endpoint

    var size: Int { 100 }

    func apply(to database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM hostKey WHERE address = ? AND port = ?")
            .execute(arguments: [endpoint.address, endpoint.port])
    }
}
