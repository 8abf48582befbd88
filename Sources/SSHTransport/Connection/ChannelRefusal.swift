// SPDX-License-Identifier: Apache-2.0

import TaskKit

/// Why a host refused to open a channel (RFC 4254, 5.1).
struct ChannelRefusal: Sendable {
    let channel: UInt32
    /// 1 = forbidden, 2 = the far end could not be reached, 3 = unknown kind, 4 = short of resources; 0 = not said.
    let code: Int
    /// The host's own words.
    let text: String

    init(channel: UInt32, code: Int, text: String) {
        self.channel = channel
        self.code = code
        self.text = text
    }

    /// Reads libssh's message: `… Channel opening failure: channel 43 error (1) open failed`.
    init?(_ message: String) {
        guard let found = message.firstMatch(of: /Channel opening failure: channel (\d+) error \((\d+)\) (.*)/),
            let channel = UInt32(found.1), let code = Int(found.2)
        else { return nil }
        self.init(channel: channel, code: code, text: printable(String(found.3)))
    }
}
