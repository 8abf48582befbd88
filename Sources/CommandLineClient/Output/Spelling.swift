// SPDX-License-Identifier: Apache-2.0

import Model

extension String {
    /// JSON whose texts spell out what cannot be seen or would be obeyed, such as `\\u009b`: programs read the same text.
    var spelledOut: String { spelledOut(long: false) }

    /// The same; `long` is YAML's form of a character that JSON writes as two.
    func spelledOut(long: Bool) -> String {
        if utf8.allSatisfy({ $0 < 0x7F }) { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isVisible || scalar == "\n" {
                result.unicodeScalars.append(scalar)
            } else if long, scalar.value > 0xFFFF {
                result += "\\U" + String.hexadecimal(scalar.value, digits: 8)
            } else {
                for unit in String(scalar).utf16 { result += "\\u" + String.hexadecimal(UInt32(unit), digits: 4) }
            }
        }
        return result
    }

    private static func hexadecimal(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: Swift.max(0, digits - text.utf8.count)) + text
    }

    /// The text with some characters written otherwise, also where a mark follows that joins them.
    func replacingScalars(_ others: [Unicode.Scalar: String]) -> String {
        var result = ""
        for scalar in unicodeScalars {
            if let other = others[scalar] { result += other } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}
