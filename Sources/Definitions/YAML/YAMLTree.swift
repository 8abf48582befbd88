// SPDX-License-Identifier: Apache-2.0

import Model
import Yams

/// Turns a parsed document into settings, and refuses what a definition must not hold.
struct YAMLTree {
    /// A setting with what it costs to repeat it.
    struct Branch {
        var setting: Setting
        var nodes = 1
        var height = 1
    }

    private static let coreTags: Set<String> = ["str", "int", "float", "bool", "null", "map", "seq"]
    static let corePrefix = "tag:yaml.org,2002:"

    let file: String
    let tags: Set<String>
    let text: YAMLStandIns
    var problems = Problems()
    /// Whether the document was small enough to be read to its end.
    private(set) var isWithinLimits = true
    var anchored: [String: Branch] = [:]
    var aliasNodes = 0

    init(file: String, tags: Set<String>, text: YAMLStandIns) {
        self.file = file
        self.tags = tags
        self.text = text
    }

    /// The document as a setting.
    mutating func setting(of root: Node) -> Setting { branch(root, depth: 1).setting }

    private mutating func branch(_ node: Node, depth: Int) -> Branch {
        let place = place(node.mark)
        guard depth <= YAMLReader.deepestNesting else {
            refuse("is nested deeper than \(YAMLReader.deepestNesting) levels", at: place)
            return Branch(setting: Setting(.empty, at: place))
        }
        let result =
            switch node {
            case .scalar(let scalar): scalarBranch(scalar, depth: depth, at: place)
            case .sequence(let items): list(items, depth: depth, at: place)
            case .mapping(let pairs): map(pairs, depth: depth, at: place)
            case .alias: Branch(setting: Setting(.empty, at: place))
            }
        if let anchor = node.anchor { anchored[anchor.rawValue] = result }
        return result
    }

    private mutating func list(_ items: Node.Sequence, depth: Int, at place: Place) -> Branch {
        checkTag(items.tag, at: place)
        var result = Branch(setting: Setting(.empty, at: place))
        var settings: [Setting] = []
        settings.reserveCapacity(items.count)
        for item in items { settings.append(add(item, to: &result, depth: depth)) }
        result.setting = Setting(.list(settings), at: place)
        return result
    }

    private mutating func map(_ pairs: Node.Mapping, depth: Int, at place: Place) -> Branch {
        checkTag(pairs.tag, at: place)
        var result = Branch(setting: Setting(.empty, at: place))
        var entries: [Setting.Entry] = []
        entries.reserveCapacity(pairs.count)
        for (key, value) in pairs {
            let name = name(of: key)
            let setting = add(value, to: &result, depth: depth)
            if let name { entries.append(Setting.Entry(name, setting, at: self.place(key.mark))) }
        }
        if text.hasRenamedKeys { entries = dropRepeated(entries) }
        result.setting = Setting(.map(entries), at: place)
        return result
    }

    private mutating func add(_ node: Node, to parent: inout Branch, depth: Int) -> Setting {
        let child = branch(node, depth: depth + 1)
        parent.nodes += child.nodes
        parent.height = max(parent.height, child.height + 1)
        return child.setting
    }

    /// A key's text; nil when it cannot be one.
    private mutating func name(of key: Node) -> String? {
        let place = place(key.mark)
        guard case .scalar(let scalar) = key else {
            problems.add("a key must be a single value", at: place)
            return nil
        }
        checkTag(scalar.tag, at: place)
        if scalar.style == .plain {
            guard case .text = text.meaning(ofPlain: scalar.string) else {
                problems.add("a key cannot begin with '*' or '?'; put it in quotes", at: place)
                return nil
            }
        }
        let name = text.originalKey(scalar.string, isInQuotes: scalar.style == .doubleQuoted, at: place)
        if let anchor = key.anchor {
            anchored[anchor.rawValue] = Branch(
                setting: Setting(.scalar(name, quoted: scalar.style != .plain), at: place))
        }
        return name
    }

    private mutating func dropRepeated(_ entries: [Setting.Entry]) -> [Setting.Entry] {
        var first: [String: Place] = [:]
        return entries.filter { entry in
            guard let place = first[entry.key] else {
                first[entry.key] = entry.place
                return true
            }
            problems.add(
                "the key '\(entry.key)' is written twice; it stands first in line \(place.line)", at: entry.place)
            return false
        }
    }

    // MARK: What is refused

    mutating func checkTag(_ tag: Tag, at place: Place) {
        let name = tag.rawValue
        if name.isEmpty || name == "!" || tags.contains(name) { return }
        if name.hasPrefix(Self.corePrefix), Self.coreTags.contains(String(name.dropFirst(Self.corePrefix.count))) {
            return
        }
        let shown = name.hasPrefix(Self.corePrefix) ? "!!" + name.dropFirst(Self.corePrefix.count) : name
        problems.add("the tag '\(shown)' is not allowed; only plain text, lists and maps are read", at: place)
    }

    mutating func refuse(_ what: String, at place: Place) {
        if isWithinLimits { problems.add("the document " + what, at: place) }
        isWithinLimits = false
    }

    private func place(_ mark: Mark?) -> Place { Place(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1) }
}
