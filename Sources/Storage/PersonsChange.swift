// SPDX-License-Identifier: Apache-2.0

package import Model

/// What a person changes beside runs; it is kept together with the event that says so.
package enum PersonsChange: Sendable {
    /// Host keys to expect, in place of earlier ones of their types; the endpoints in `forget` lose all of theirs first.
    case hostKeys(pin: [PinnedHostKey], forget: [Endpoint])
    /// Starts that are added to the plan of the day, all or none.
    case addStarts([Slot])
    /// What became of a start, if it is as it was thought to be.
    case changeStart(Slot, from: Slot)
}
