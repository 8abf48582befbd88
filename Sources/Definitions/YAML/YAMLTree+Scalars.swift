// SPDX-License-Identifier: Apache-2.0

import Model
import Yams

extension YAMLTree {
    /// A scalar as it was meant: text, nothing, or another part of the document by its alias.
    mutating func scalarBranch(_ scalar: Node.Scalar, depth: Int, at place: Place) -> Branch {
        if scalar.style == .plain {
            switch text.meaning(ofPlain: scalar.string) {
            case .alias(let name): return alias(name, depth: depth, at: place)
            case .complexKey:
                problems.add("text that begins with '? ' must be in quotes; complex keys are not read", at: place)
            case .text: break
            }
        }
        return Branch(setting: Setting(content(of: scalar, at: place), at: place))
    }

    private mutating func content(of scalar: Node.Scalar, at place: Place) -> Setting.Content {
        let tag = scalar.tag.rawValue
        let written =
            scalar.style == .doubleQuoted
            ? text.original(scalar.string, inQuotesAt: place) : text.original(scalar.string)
        if scalar.style != .plain && tag == Self.corePrefix + "str" { return .scalar(written, quoted: true) }
        checkTag(scalar.tag, at: place)
        let isText = scalar.style != .plain ? tag.isEmpty || tag == "!" : tag == Self.corePrefix + "str" || tag == "!"
        if !isText && Self.nothing.contains(scalar.string) { return .empty }
        return .scalar(written, quoted: isText || tags.contains(tag))
    }

    private static let nothing: Set<String> = ["", "~", "null", "Null", "NULL"]

    private mutating func alias(_ name: String, depth: Int, at place: Place) -> Branch {
        guard !name.isEmpty, name.utf8.allSatisfy(isAnchorByte) else {
            problems.add("text that begins with '*' must be in quotes", at: place)
            return Branch(setting: Setting(.empty, at: place))
        }
        guard let branch = anchored[name] else {
            problems.add(
                "the alias '*\(name)' names no anchor before it\(didYouMean(name, among: anchored.keys))", at: place)
            return Branch(setting: Setting(.empty, at: place))
        }
        aliasNodes += branch.nodes
        guard aliasNodes <= YAMLReader.mostAliasNodes else {
            refuse("repeats more than \(YAMLReader.mostAliasNodes) nodes by aliases", at: place)
            return Branch(setting: Setting(.empty, at: place))
        }
        guard depth + branch.height - 1 <= YAMLReader.deepestNesting else {
            refuse("is nested deeper than \(YAMLReader.deepestNesting) levels by the alias '*\(name)'", at: place)
            return Branch(setting: Setting(.empty, at: place))
        }
        return branch
    }
}

private func isAnchorByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
    default: false
    }
}
