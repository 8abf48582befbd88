// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Model
import Synchronization

/// Keeps an event, unless it may happen once only and is kept already.
final class NoteEvent: Change {
    let event: Event
    private let details: String
    private let answer = Mutex(false)

    init(_ event: Event) throws {
        self.event = event
        details = String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
    }

    var size: Int { details.utf8.count + 100 }

    /// Whether it was kept.
    var isKept: Bool { answer.withLock { $0 } }

    func apply(to database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT INTO event (at, onceKey, details) VALUES (?, ?, ?) ON CONFLICT (onceKey) DO NOTHING"
        ).execute(arguments: [event.at.microseconds, event.onceKey, details])
        let isKept = database.changesCount == 1
        answer.withLock { $0 = isKept }
    }
}
