// SPDX-License-Identifier: Apache-2.0

/// What names may look like: they stand in paths, file names, commands and selectors, so they are kept plain.
enum NameRules {
    static let plainRule = "must be 1 to 64 letters, digits, '_' or '-'"
    static let hostRule =
        "must begin with an ASCII letter or digit and hold only ASCII letters, digits, '.', '_' and '-', at most 253 of them"
    static let groupRule =
        "must not begin with '-' nor hold control characters, ',' or outer spaces, nor pass 253 bytes"

    /// Whether a task, parameter or output may have this name.
    static func isPlain(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(isPlainByte)
    }

    /// Whether a host or an instance may have this name.
    static func isHost(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 253, first != dash, first != underscore else {
            return false
        }
        return first != dot && name.utf8.allSatisfy { isPlainByte($0) || $0 == dot }
    }

    /// A name made of any text: what may not stand in a name becomes a dash.
    static func hostName(from text: String) -> String {
        let letters = text.unicodeScalars.map {
            $0.isASCII && isPlainByte(UInt8($0.value)) || $0 == "." ? Character($0) : "-"
        }
        return String(letters).split(separator: "-").joined(separator: "-")
    }

    /// Whether a group or a service may have this name; they are often written in the operator's own language.
    static func isGroup(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, let last = name.unicodeScalars.last else { return false }
        return name.utf8.count <= 253 && first != "-" && !first.properties.isWhitespace && !last.properties.isWhitespace
            && name.unicodeScalars.allSatisfy { $0 != "," && $0.properties.generalCategory != .control }
    }

    private static let dash = UInt8(ascii: "-")
    private static let dot = UInt8(ascii: ".")
    private static let underscore = UInt8(ascii: "_")

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), dash, underscore:
            true
        default: false
        }
    }
}
