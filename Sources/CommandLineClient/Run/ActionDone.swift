// SPDX-License-Identifier: Apache-2.0

import APIContract
import Model

/// What was done with a run, for programs.
struct ActionDone: Encodable, Sendable {
    let run: RunID
    let action: RunRequest.Action
    let message: String

    init(_ request: RunRequest, _ message: String) {
        run = request.run
        action = request.action
        self.message = message
    }

    /// Tells a person what was done, or gives it to a program in the form it asks for.
    func tell(_ common: CommonOptions) throws {
        let words = Phrases.done(message, action, run, common.language)
        switch common.format {
        case .table, .wide: say(words)
        default: put(try Sheet(item: self, name: run.rawValue) { _ in [] }.text(common.format), common.format)
        }
    }
}
