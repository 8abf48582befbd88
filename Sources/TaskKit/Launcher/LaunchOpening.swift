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
    /// What is sent first: it ends whatever other shell may read it, and tells the launcher its key.
    private(set) var head: [UInt8]
    /// Tells the launcher to become another account; nil = it stays.
    let change: [UInt8]?
    /// What sudo or su is told when it asks.
    let password: [UInt8]?
    /// Whether the launcher can keep errands and answer questions about them; one that only runs commands is shorter.
    package let keepsErrands: Bool
    /// Whether the launcher answers the question for its usual spool with its first words, so that it need not be asked.
    package let tellsGround: Bool
    /// Marks the launcher's own words in the output.
    package let key: String

    /// Makes an opening.
    ///
    /// - Parameters:
    ///   - account: The account to work as; nil = the one logged in.
    ///   - become: How to become it.
    ///   - password: The password that sudo or su asks for.
    ///   - keepsErrands: Whether the launcher is to keep errands.
    ///   - tellsGround: Whether it is to tell where its usual spool is; needs one that keeps errands and stays who it is.
    /// - Throws: `SessionFailure` with `badValue` when there can be no such account.
    package init(
        account: String?, become: Become, password: String? = nil, keepsErrands: Bool, tellsGround: Bool = false
    ) throws(SessionFailure) {
        self.keepsErrands = keepsErrands
        self.tellsGround = tellsGround && keepsErrands && account == nil
        let key = LaunchOpening.makeKey()
        self.key = key
        head = Array("exit\nFIRSTLINE \(key)\n".utf8)
        change = try account.map { (account) throws(SessionFailure) in
            let lines = ["U" + key, try checkedAccount(account), become.rawValue, password == nil ? "-n" : "-S"]
            return Array(lines.map { $0 + "\n" }.joined().utf8)
        }
        self.password = password.map { Array(($0 + "\n").utf8) }
        let text = keepsErrands ? LaunchText.whole : LaunchText.plain
        line = LaunchText.line(text, name: self.tellsGround ? "ground" : "firstline")
        words = ["-c", LaunchText.start, "firstline"] + text
    }

    /// Makes an opening of a line and what comes on standard input before the key.
    init(line: String, head: [UInt8]) {
        key = LaunchOpening.makeKey()
        self.line = line
        self.head = head + Array((key + "\n").utf8)
        words = []
        change = nil
        password = nil
        keepsErrands = false
        tellsGround = false
    }

    /// Sends the first words ahead of the exchange, which then has only the rest of them to send.
    ///
    /// - Parameter send: Sends some bytes and returns how many of them it took.
    package mutating func sendHead(_ send: ([UInt8]) -> Int) { head.removeFirst(send(head)) }

    /// Whether a launcher that has come so far takes requests as the account that is wanted.
    func isAnswered(by stage: LaunchReader.Stage) -> Bool {
        switch stage {
        case .silent, .becoming: false
        case .greeted: change == nil
        case .ready, .running, .output, .ended, .failed, .lost: true
        }
    }

    /// A random word nobody can guess; a shell reads it byte by byte, so it is no longer than it must be.
    private static func makeKey() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }
}

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
