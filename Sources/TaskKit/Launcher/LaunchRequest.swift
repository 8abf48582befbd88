// SPDX-License-Identifier: Apache-2.0

import Model

/// A command as a running launcher takes it.
package struct LaunchRequest: Sendable {
    /// What is sent.
    let bytes: [UInt8]
    /// Marks the launcher's words about this request.
    let nonce: String
    /// Whether the launcher can take no further request, because the program reads what is sent until its end.
    package let isLast: Bool
    /// The errand in the spool, if it is one.
    package let errand: Errand?

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - command: What to run.
    ///   - errand: The errand in the spool that it is; nil = it ends with the launcher.
    ///   - tag: The attempt's id.
    ///   - key: The launcher's key.
    /// - Throws: `SessionFailure` with `badValue` when something cannot be sent byte for byte.
    package init(_ command: Command, as errand: Errand? = nil, tag: String, key: String) throws(SessionFailure) {
        let nonce = LaunchRequest.makeNonce(key)
        var items = LaunchItems()
        try items.add(errand == nil ? "N" : "K", nonce)
        if let errand {
            try items.add("P", errand.path)
            try items.add("B", errand.boot)
        }
        try items.add(command, tag: tag, isSpooled: errand != nil)
        self.init(
            bytes: items.bytes, nonce: nonce, isLast: errand == nil && !command.standardInput.isEmpty, errand: errand)
    }

    /// Asks what the host offers; `wanted` is a directory, `none`, or nil for the usual ones.
    package init(groundIn wanted: String?, key: String) throws(SessionFailure) {
        try self.init(asking: "ground", [("A", wanted ?? "")], key)
    }

    /// Says nothing: the launcher tells where its usual spool is with its first words.
    package init(groundToldWith key: String) { self.init(bytes: [], nonce: key, isLast: false) }

    /// Sees to it that an errand is not begun from now on.
    package init(revoking errand: Errand, key: String) throws(SessionFailure) {
        try self.init(asking: "revoke", [("P", errand.path)], key)
    }

    /// Forgets what errands wrote.
    package init(
        forgetting names: [String], in directory: String, keepingFrom day: String, key: String
    ) throws(SessionFailure) {
        let items: [(Character, String)] = [("P", directory + "/"), ("O", day)] + names.map { ("A", $0) }
        try self.init(asking: "forget", items, key)
    }

    private init(asking word: String, _ values: [(Character, String)], _ key: String) throws(SessionFailure) {
        let nonce = LaunchRequest.makeNonce(key)
        var items = LaunchItems()
        try items.add("Q", nonce)
        for (letter, value) in values { try items.add(letter, value) }
        try items.add("G", word)
        self.init(bytes: items.bytes, nonce: nonce, isLast: false)
    }

    init(bytes: [UInt8], nonce: String, isLast: Bool, errand: Errand? = nil) {
        self.bytes = bytes
        self.nonce = nonce
        self.isLast = isLast
        self.errand = errand
    }

    /// What the script that ends all of it reads.
    func killing(_ tag: String, pid: Int?, grace: Duration) -> [UInt8] {
        let seconds = max(1, grace.milliseconds / 1000)
        let number = String(LaunchItems.number(of: tag))
        let lines = [tag, number, String(pid ?? 0), String(seconds), nonce, errand?.path ?? ""]
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    static func makeNonce(_ key: String) -> String {
        key + "." + String(UInt32.random(in: .min ... .max), radix: 36)
    }
}
