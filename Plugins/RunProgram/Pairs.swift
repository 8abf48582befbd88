// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// Reads `key=value key="two words"`; inside quotes `\"` and `\\` stand for themselves.
///
/// It goes by code points: a value may begin with a mark that joins the sign before it.
func pairs(in text: String) throws(LineProblem) -> [String: Value] {
    var result: [String: Value] = [:]
    var rest = text.unicodeScalars[...]
    while true {
        rest = rest.drop { $0.properties.isWhitespace }
        guard !rest.isEmpty else { return result }
        guard let sign = rest.firstIndex(of: "="), isWord(String(rest[..<sign])) else {
            throw LineProblem("write key=value, not '\(excerpt(String(rest), limit: 40))'")
        }
        let key = String(rest[..<sign])
        rest = rest[rest.index(after: sign)...]
        guard result.count < 64 else { throw LineProblem("there are more than 64 values") }
        result[key] = .text(rest.first == "\"" ? try quoted(&rest) : plain(&rest))
    }
}

private typealias Scalars = Substring.UnicodeScalarView

private func plain(_ rest: inout Scalars) -> String {
    let end = rest.firstIndex { $0.properties.isWhitespace } ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(rest[..<end])
}

private func quoted(_ rest: inout Scalars) throws(LineProblem) -> String {
    var result = String.UnicodeScalarView()
    rest = rest.dropFirst()
    while let scalar = rest.popFirst() {
        switch scalar {
        case "\"":
            guard rest.first?.properties.isWhitespace ?? true else {
                throw LineProblem("a space is missing after a closing \"")
            }
            return String(result)
        case "\\":
            guard let next = rest.popFirst(), next == "\"" || next == "\\" else {
                throw LineProblem("inside quotes write \\\" and \\\\")
            }
            result.append(next)
        default: result.append(scalar)
        }
    }
    throw LineProblem("a closing \" is missing")
}
