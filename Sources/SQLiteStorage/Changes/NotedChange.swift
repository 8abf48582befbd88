// SPDX-License-Identifier: Apache-2.0

import GRDB
import Model
import Storage

/// Keeps what a person changes together with the event that says so.
struct NotedChange: Change {
    private let changes: [any Change]

    init(_ change: PersonsChange, _ event: Event) throws {
        let acts: [any Change] =
            switch change {
            case .hostKeys(let pin, let forget):
                forget.map { UnpinHostKeys(endpoint: $0) } + pin.map { PinHostKey(key: $0) }
            case .addStarts(let slots): [try PlanSlots(slots, refusesTaken: true)]
            case .changeStart(let slot, let old): [try ChangeSlot(slot, from: old)]
            }
        changes = acts + [try NoteEvent(event)]
    }

    var size: Int { changes.reduce(0) { $0 + $1.size } }

    func apply(to database: Database) throws {
        for change in changes { try change.apply(to: database) }
    }
}
