// SPDX-License-Identifier: Apache-2.0

package import Model

/// How a launcher is started on a host, before it is given requests.
package struct LaunchOpening: Sendable {
    /// The line for the host's login shell.
    ///
    /// It is the same for every launcher of a kind; no value is ever part of it.
    package let line: String
    /// The words for a shell that is started without a login shell.
    package let words: [String]
    /// What is sent first.
    let head: [UInt8]
    /// What sudo or su is told when it asks.
    let password: [UInt8]?
    /// Whether the launcher can keep errands and answer questions about them; one that only runs commands is shorter.
    package let keepsErrands: Bool
    /// Whether the launcher changes the account first.
    package let becomesAnother: Bool
    /// Marks the launcher's own words in the output.
    package let key: String

    /// Makes an opening.
    ///
    /// - Parameters:
    ///   - account: The account to work as; nil = the one logged in.
    ///   - become: How to become it.
    ///   - password: The password that sudo or su asks for.
    ///   - keepsErrands: Whether the launcher is to keep errands.
    /// - Throws: `SessionFailure` with `badValue` when there can be no such account.
    package init(
        account: String?, become: Become, password: String? = nil, keepsErrands: Bool
    ) throws(SessionFailure) {
        self.keepsErrands = keepsErrands
        key = makeKey()
        let name = try account.map(checkedAccount) ?? ""
        let lines = [key, name, become.rawValue, password == nil ? "-n" : "-S"]
        head = Array(lines.map { $0 + "\n" }.joined().utf8)
        self.password = password.map { Array(($0 + "\n").utf8) }
        becomesAnother = account != nil
        let text = keepsErrands ? LaunchText.whole : LaunchText.plain
        // Where it becomes another account it is given a second time, to hand on.
        line = "exec /bin/sh -c '\(text)'" + (becomesAnother ? " '\(text)'" : "")
        words = ["-c", text] + (becomesAnother ? [text] : [])
    }

    /// Makes an opening of a line and what comes first on standard input.
    init(line: String, head: [UInt8]) {
        self.line = line
        words = []
        self.head = head
        key = makeKey()
        password = nil
        becomesAnother = false
        keepsErrands = false
    }
}

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
    package func killing(_ tag: String, pid: Int?, grace: Duration) -> [UInt8] {
        let seconds = max(1, grace.milliseconds / 1000)
        let lines = [tag, String(pid ?? 0), String(seconds), nonce, errand?.path ?? ""]
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    static func makeNonce(_ key: String) -> String {
        key + "." + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}

/// What is said to a launcher, and when: the opening, the password once it is asked for, then the request.
package struct LaunchDialogue: Sendable {
    private let opening: LaunchOpening?
    private let request: LaunchRequest
    private var saidOpening: Bool
    private var saidPassword: Bool
    private var saidRequest = false

    /// Makes a dialogue.
    ///
    /// - Parameters:
    ///   - opening: The opening; nil = the launcher has had a request before.
    ///   - request: The request.
    package init(_ opening: LaunchOpening?, _ request: LaunchRequest) {
        self.opening = opening
        self.request = request
        saidOpening = opening == nil
        saidPassword = opening?.password == nil
    }

    /// Whether all was said.
    package var isOver: Bool { saidRequest }

    /// What is to be said now, by what was heard; perhaps nothing.
    ///
    /// A password is sent once, and only if it is asked for: several wrong ones could lock the account.
    ///
    /// - Throws: `SessionFailure` when sudo asks a second time.
    package mutating func next(_ reader: LaunchReader, host: HostName) throws(SessionFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        if !saidOpening, let opening {
            saidOpening = true
            bytes += opening.head
        }
        if let password = opening?.password, reader.stage != .ready, !saidRequest {
            let wantsIt = reader.passwordQuestions > 0 || reader.stage == .becoming(.su)
            guard wantsIt else { return bytes }
            guard !saidPassword else {
                guard reader.passwordQuestions > 1 else { return bytes }
                throw SessionFailure(.becomeFailed, "the password for sudo on \(host) is wrong")
            }
            saidPassword = true
            return bytes + password
        }
        guard !saidRequest else { return bytes }
        saidRequest = true
        return bytes + request.bytes
    }
}

private let newline = UInt8(ascii: "\n")

/// Account names as Linux systems make them, so that none is ever taken for an option.
private func checkedAccount(_ name: String) throws(SessionFailure) -> String {
    let isFine =
        (1...64).contains(name.utf8.count)
        && name.utf8.allSatisfy {
            isWordByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "$")
        }
        && !name.hasPrefix("-")
    guard isFine else { throw SessionFailure(.badValue, "'\(name)' cannot be an account's name") }
    return name
}

private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"):
        true
    default: false
    }
}

/// The items the launcher reads, one a line.
private struct LaunchItems {
    private(set) var bytes: [UInt8] = []

    /// Adds an item; a newline inside it becomes a line that continues it.
    mutating func add(_ letter: Character, _ value: String) throws(SessionFailure) {
        bytes += Array(String(letter).utf8)
        for byte in value.utf8 {
            guard byte != 0 else {
                throw SessionFailure(.badValue, "a value holds a NUL byte, which no program can be given")
            }
            bytes.append(byte)
            if byte == newline { bytes.append(UInt8(ascii: "+")) }
        }
        bytes.append(newline)
    }

    mutating func add(_ command: Command, tag: String, isSpooled: Bool) throws(SessionFailure) {
        if let directory = command.directory { try add("D", directory) }
        try add("E", "FIRSTLINE_ATTEMPT=" + tag)
        for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) {
            guard !name.isEmpty, name.utf8.allSatisfy(isWordByte), name.first?.isNumber == false else {
                throw SessionFailure(.badValue, "'\(name)' cannot be an environment variable's name")
            }
            try add("E", name + "=" + value)
        }
        switch command.work {
        case .program(let program, let arguments):
            if command.writesOutputFile, !isSpooled { try add("W", "") }
            for word in [program] + arguments { try add("A", word) }
            try finish(command, script: [])
        case .script(let script):
            if !isSpooled { try add("W", "") }
            for word in script.interpreter { try add("A", word) }
            try add("S", String(script.text.count))
            for word in script.arguments { try add("A", word) }
            try finish(command, script: script.text)
        }
    }

    private mutating func finish(_ command: Command, script: [UInt8]) throws(SessionFailure) {
        if !command.standardInput.isEmpty { try add("I", String(command.standardInput.count)) }
        if command.isBackground { try add("F", "") }
        try add("G", "")
        bytes += script + command.standardInput
    }
}

/// The launcher as it is sent.
package enum LaunchText {
    /// The launcher's text, for `sh -c`.
    static let whole = compact(PackageResources.launch_sh)
    /// The text without what keeps errands: a host reads it for each launcher, so it is no longer than it must be.
    static let plain = compact(PackageResources.launch_sh, withoutSpool: true)
    /// Runs the script that ends what an attempt started.
    package static let killScript = compact(PackageResources.kill_sh)

    /// The text without comments, indentation and empty lines.
    private static func compact(_ bytes: [UInt8], withoutSpool: Bool = false) -> String {
        var isSpool = false
        var lines: [Substring] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").map({ $0.drop { $0 == " " } }) {
            if line.hasPrefix("# SPOOL:") { isSpool = true }
            if line.hasPrefix("# END OF SPOOL") { isSpool = false }
            if !line.isEmpty, !line.hasPrefix("#"), !(isSpool && withoutSpool) { lines.append(line) }
        }
        return lines.joined(separator: "\n")
    }
}

/// A random word nobody can guess.
private func makeKey() -> String {
    String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
}
