// SPDX-License-Identifier: Apache-2.0

/// What tasks hold beside the codes they certainly report: other codes and names may be there, whole or in pieces.
struct MessageSources {
    /// Every run of letters, digits, `-`, `_` and `.`.
    private var words: Set<Substring> = []
    /// Runs that something is joined to, such as `nginx-` in `nginx-$1`.
    private var beginnings: Set<Substring> = []
    /// Runs that are joined to something, such as `-ok` in `${kind}-ok`.
    private var endings: Set<Substring> = []
    /// Names that `=` or `:` follows.
    private var names: Set<Substring> = []
    /// Whether a name itself is put together, as in `%s=%s`.
    private var makesNames = false

    init(_ texts: [String]) {
        for text in texts { read(text) }
    }

    /// Whether a code may be reported.
    func mayMake(_ id: String) -> Bool {
        words.contains(Substring(id)) || beginnings.contains { id.hasPrefix($0) }
            || endings.contains { id.hasSuffix($0) }
    }

    /// Whether a value of a name may be given.
    func mayName(_ name: String) -> Bool { makesNames || names.contains(Substring(name)) }

    private mutating func read(_ text: String) {
        let bytes = text.utf8
        var index = bytes.startIndex
        var last: UInt8?
        while index < bytes.endIndex {
            let end = bytes[index...].firstIndex { !isPartOfWord($0) } ?? bytes.endIndex
            guard end > index else {
                if bytes[index] == UInt8(ascii: "="), last.map({ "}\"')".utf8.contains($0) }) ?? false {
                    makesNames = true
                }
                last = bytes[index]
                index = bytes.index(after: index)
                continue
            }
            add(text[index..<end], after: last, before: bytes[end...])
            last = bytes[bytes.index(before: end)]
            index = end
        }
    }

    private mutating func add(_ word: Substring, after last: UInt8?, before rest: Substring.UTF8View) {
        words.insert(word)
        // The two signs `\n` end a word, too.
        if last == UInt8(ascii: "\\") { words.insert(word.dropFirst()) }
        let next = rest.first
        if word.utf8.count > 1, let end = word.utf8.last, isJoint(end), next.map(isDynamic) ?? false {
            beginnings.insert(word)
        }
        // A variable's name ends where a joint begins, as in `$kind-ok` and `%s-ok`.
        let tail = last.map({ "$%".utf8.contains($0) }) ?? false ? word.drop { !"-.".contains($0) } : word
        if tail.utf8.count > 1, let first = tail.utf8.first, isJoint(first),
            last.map({ "$%}\"'`)".utf8.contains($0) }) ?? false
        {
            endings.insert(tail)
        }
        let following = rest.drop { "\"' ".utf8.contains($0) }.first
        guard following == UInt8(ascii: "=") || following == UInt8(ascii: ":") else { return }
        names.insert(word)
        // After `$` or `%` a variable or a format is before the sign.
        if next == UInt8(ascii: "="), last.map({ "$%".utf8.contains($0) }) ?? false { makesNames = true }
    }
}

private func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
    default: false
    }
}

private func isJoint(_ byte: UInt8) -> Bool { "-_.".utf8.contains(byte) }

/// Whether a byte begins or ends something whose text is known only when it runs.
private func isDynamic(_ byte: UInt8) -> Bool { "$%{(\"'`\\".utf8.contains(byte) }
