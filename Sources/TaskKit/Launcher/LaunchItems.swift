// SPDX-License-Identifier: Apache-2.0

import Model

private let newline = UInt8(ascii: "\n")

/// The items the launcher reads, one a line.
struct LaunchItems {
    /// How much all of them may hold together: of 2 MiB the account's own variables need some.
    static let mostWords = 2_000_000

    private(set) var bytes: [UInt8] = []
    private var wordBytes = 0

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
        try add("T", String(LaunchItems.number(of: tag)))
        try add("E", "FIRSTLINE_ATTEMPT=" + tag)
        for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) {
            guard !name.isEmpty, name.utf8.allSatisfy(isWordByte), name.first?.isNumber == false else {
                throw SessionFailure(.badValue, "'\(name)' cannot be an environment variable's name")
            }
            try addWord("E", name + "=" + value, "the variable \(name)")
        }
        switch command.work {
        case .program(let program, let arguments):
            if command.writesOutputFile, !isSpooled { try add("W", "") }
            try addWords([program] + arguments)
            try finish(command, script: [])
        case .script(let script):
            if !isSpooled { try add("W", "") }
            try addWords(script.interpreter)
            try add("S", String(script.text.count))
            try addWords(script.arguments)
            try finish(command, script: script.text)
        }
    }

    private mutating func addWords(_ words: [String]) throws(SessionFailure) {
        for (index, word) in words.enumerated() { try addWord("A", word, "word \(index + 1) of the command") }
    }

    /// Adds what the program is given as a word or variable, unless the host's kernel could not start it with that.
    private mutating func addWord(_ letter: Character, _ word: String, _ what: String) throws(SessionFailure) {
        let count = word.utf8.count
        wordBytes += count + 9
        let remedy = "give it to the program on standard input (stdin) instead"
        guard count <= Command.longestWord else {
            throw SessionFailure(
                .badValue,
                "\(what) holds \(count) bytes, and Linux starts no program with more than \(Command.longestWord) in "
                    + "one argument or variable; \(remedy)")
        }
        guard wordBytes <= LaunchItems.mostWords else {
            throw SessionFailure(
                .badValue,
                "arguments and variables together hold more than \(LaunchItems.mostWords) bytes, with which Linux starts "
                    + "no program; \(remedy)")
        }
        try add(letter, word)
    }

    /// What an attempt's processes carry as their limit of file locks, which Linux does not use (FNV-1a, 40 bits).
    ///
    /// It follows from the attempt's id alone, so that any controller finds them again.
    static func number(of tag: String) -> UInt64 {
        let hash = tag.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return hash >> 24 | 1 << 39
    }

    private mutating func finish(_ command: Command, script: [UInt8]) throws(SessionFailure) {
        if !command.standardInput.isEmpty { try add("I", String(command.standardInput.count)) }
        if command.isBackground { try add("F", "") }
        try add("G", "")
        bytes += script + command.standardInput
    }
}

/// Whether a byte is a letter, a digit or an underscore.
func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"):
        true
    default: false
    }
}
