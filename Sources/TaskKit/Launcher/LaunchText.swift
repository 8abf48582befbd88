// SPDX-License-Identifier: Apache-2.0

/// The launcher as it is sent.
enum LaunchText {
    /// Puts the launcher's text together from the words that follow, and runs it.
    static let start = "t=;for i do t=$t$i;done;eval \"$t\""
    /// The words that carry the launcher's text.
    static let whole = words(of: joined(PackageResources.launch_sh, withoutSpool: false))
    /// The text without what keeps errands: a host reads it for each launcher, so it is no longer than it must be.
    static let plain = words(of: joined(PackageResources.launch_sh, withoutSpool: true))
    /// Runs the script that ends what an attempt started.
    static let killScript = lines(PackageResources.kill_sh, withoutSpool: false).joined(separator: "\n")

    /// The line for a log-in shell, made of a launcher's words.
    ///
    /// It holds nothing but plain words and words in single quotes, without a newline: so every log-in shell (csh, fish and rc
    /// too) either hands it on whole or refuses it whole.
    /// `name` is `firstline`, or `ground` for a launcher that tells where its spool is without being asked.
    static func line(_ words: [String], name: String = "firstline") -> String {
        (["exec /bin/sh -c", quoted(start), name] + words.map(quoted)).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String { "'" + word + "'" }

    /// Cuts a text into words that csh still takes (8 KB); none begins with what su would take for an option.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            var end = rest.index(rest.startIndex, offsetBy: 4000, limitedBy: rest.endIndex) ?? rest.endIndex
            while end < rest.endIndex, !rest[end].isLetter { end = rest.index(before: end) }
            words.append(String(rest[..<end]))
            rest = rest[end...]
        }
        return words
    }

    /// The text's lines as one, with no blank that a shell does not need: some servers take 9,000 bytes and no more (dropbear).
    private static func joined(_ bytes: [UInt8], withoutSpool: Bool) -> String {
        var text = ""
        var isOpen = true
        for line in lines(bytes, withoutSpool: withoutSpool) {
            text += isOpen ? blank(after: text) : line.hasPrefix(";;") ? "" : ";"
            text += line.replacing(" ;;", with: ";;")
            isOpen = wantsMore(line)
        }
        return text
    }

    /// A blank where a word or a brace would run into what follows.
    private static func blank(after text: String) -> String {
        text.last.map { $0.isLetter || $0 == "{" } == true ? " " : ""
    }

    /// Whether a line ends with something that a command must follow.
    private static func wantsMore(_ line: Substring) -> Bool {
        let isPattern = line.last == ")" && !line.hasPrefix(")") && !line.contains("(")
        return isPattern
            || ["{", "(", "then", "do", "else", " in", ";;", "|", "&"].contains { line.hasSuffix($0) }
    }

    /// The text's lines without comments, indentation and empty lines.
    private static func lines(_ bytes: [UInt8], withoutSpool: Bool) -> [Substring] {
        var isSpool = false
        var lines: [Substring] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").map({ $0.drop { $0 == " " } }) {
            if line.hasPrefix("# SPOOL:") { isSpool = true }
            if line.hasPrefix("# END OF SPOOL") { isSpool = false }
            if !line.isEmpty, !line.hasPrefix("#"), !(isSpool && withoutSpool) { lines.append(line) }
        }
        return lines
    }
}
