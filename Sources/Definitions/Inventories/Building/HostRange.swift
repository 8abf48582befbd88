// SPDX-License-Identifier: Apache-2.0

/// A name that may stand for many: `web[02-20]`, or as Ansible writes it `web[02:20]`, `db-[a:f]`, `n[1:9:2]`.
struct HostRange {
    /// One name of a range, and the number or letter that makes it.
    struct Member {
        var name: String
        var number: String?
    }

    /// Why a range cannot be read, as the end of a sentence that begins with it.
    struct Mistake: Error {
        let message: String
    }

    /// All names a text stands for; text without a range stands for itself.
    static func members(of text: String, separator: Character) throws(Mistake) -> [Member] {
        guard text.utf8.count <= 1000 else { throw Mistake(message: "is too long for a name") }
        guard let open = text.firstIndex(of: "[") else { return [Member(name: text)] }
        guard let close = text[open...].firstIndex(of: "]") else { throw Mistake(message: "lacks a ']'") }
        let values = try values(text[text.index(after: open)..<close], separator)
        let rest = try members(of: String(text[text.index(after: close)...]), separator: separator)
        guard values.count * rest.count <= InventoryDraft.mostHosts else { throw tooMany }
        return values.flatMap { value in
            rest.map { Member(name: text[..<open] + value + $0.name, number: value) }
        }
    }

    private static let tooMany = Mistake(message: "stands for more than \(InventoryDraft.mostHosts) hosts")

    private static func values(_ text: Substring, _ separator: Character) throws(Mistake) -> [String] {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        let step = parts.count == 3 ? Int(parts[2]) ?? 0 : 1
        guard parts.count == 2 || parts.count == 3 && separator == ":", step > 0 else { throw notARange(separator) }
        if let first = letter(parts[0]), let last = letter(parts[1]) {
            guard first <= last else { throw Mistake(message: "counts backwards") }
            return stride(from: Int(first), through: Int(last), by: step).map {
                String(Character(Unicode.Scalar(UInt8($0))))
            }
        }
        // Ansible's own form may leave the beginning out, which is 0 then.
        let begin = parts[0].isEmpty && separator == ":" ? "0" : parts[0]
        guard let first = number(begin), let last = number(parts[1]) else { throw notARange(separator) }
        guard first <= last else { throw Mistake(message: "counts backwards") }
        guard (last - first) / step < InventoryDraft.mostHosts else { throw tooMany }
        let width = parts[0].hasPrefix("0") ? parts[0].count : 0
        return stride(from: first, through: last, by: step).map { padded($0, width) }
    }

    private static func notARange(_ separator: Character) -> Mistake {
        let others =
            separator == ":" ? "; a step is a third number, as in [1:9:2]" : " (there are no steps and no lists in it)"
        return Mistake(message: "is not a range such as [01\(separator)20] or [a\(separator)f]\(others)")
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && text.utf8.count <= 9
            ? Int(text) : nil
    }

    private static func letter(_ text: Substring) -> UInt8? {
        guard text.utf8.count == 1, let byte = text.utf8.first, Character(Unicode.Scalar(byte)).isLetter else {
            return nil
        }
        return byte
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
