// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model

/// Keeps what a look ahead found and is not kept already, and lets happen again what it did not find.
struct NoteFound: Change {
    private let notes: [NoteEvent]
    private let keys: Set<String>

    init(_ events: [Event]) throws {
        notes = try events.map(NoteEvent.init)
        keys = Set(events.compactMap(\.onceKey))
    }

    var size: Int { notes.reduce(0) { $0 + $1.size } }

    /// The events that were kept.
    var new: [Event] { notes.filter(\.isKept).map(\.event) }

    func apply(to database: Database) throws {
        for kind in Event.Kind.ahead { try forgetKeys(of: kind, database) }
        for note in notes { try note.apply(to: database) }
    }

    /// Takes the keys from events of a kind that were not found.
    private func forgetKeys(of kind: Event.Kind, _ database: Database) throws {
        let kept = try database.cachedStatement(sql: "SELECT onceKey FROM event WHERE onceKey GLOB ?")
        for key in try String.fetchAll(kept, arguments: ["\(kind.rawValue) *"]) where !keys.contains(key) {
            try database.cachedStatement(sql: "UPDATE event SET onceKey = NULL WHERE onceKey = ?")
                .execute(arguments: [key])
        }
    }
}
