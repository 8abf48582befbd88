// SPDX-License-Identifier: Apache-2.0

import Model

/// Makes hosts of an ssh configuration: every name that stands under `Host` without a wildcard is one.
///
/// For each option the first value that applies to a host counts, as in ssh; key files add up.
struct SSHConfigInventory {
    private let context: InventoryContext
    private let blocks: [SSHConfigFile.Block]
    /// The blocks that can only apply to hosts of one name; all others are asked for each host.
    private var blocksOfNames: [String: [Int]] = [:]
    private var blocksOfPatterns: [Int] = []
    private var names: [(name: String, place: Place)] = []
    private var problems = Problems()

    /// Reads a configuration into a draft.
    static func read(_ source: SourceText, _ context: InventoryContext, _ problems: inout Problems) -> InventoryDraft {
        let file = SSHConfigFile(source, context, &problems)
        var reader = SSHConfigInventory(file.blocks, context)
        let draft = reader.draft()
        problems.add(reader.problems)
        return draft
    }

    private init(_ blocks: [SSHConfigFile.Block], _ context: InventoryContext) {
        self.blocks = blocks
        self.context = context
        var seen: Set<String> = []
        for (position, block) in blocks.enumerated() {
            let patterns = block.conditions.last ?? []
            for pattern in patterns where pattern.isName && seen.insert(pattern.text).inserted {
                if block.conditions.allSatisfy({ SSHPattern.matches($0, pattern.text) }) {
                    names.append((pattern.text, block.place))
                }
            }
            if block.conditions.count == 1, patterns.allSatisfy(\.isName) {
                for pattern in patterns { blocksOfNames[pattern.text, default: []].append(position) }
            } else {
                blocksOfPatterns.append(position)
            }
        }
    }

    private mutating func draft() -> InventoryDraft {
        var draft = InventoryDraft()
        for (name, place) in names {
            guard NameRules.isHost(name) else {
                problems.add("a name of this 'Host' \(NameRules.hostRule)", at: place)
                continue
            }
            draft.add(host(name, at: place), &problems)
        }
        return draft
    }

    private mutating func host(_ name: String, at place: Place) -> HostDraft {
        var draft = HostDraft(name: name, at: place, path: name)
        var taken: Set<String> = []
        let options = options(for: name)
        // Of a keyword the first counts; what the host is really called is what %h means everywhere else.
        let address = options.first { $0.keyword == "hostname" }.map { filled($0.words[0], name, name, $0) } ?? name
        for option in options {
            if option.keyword == "identityfile" || taken.insert(option.keyword).inserted {
                apply(option, address, to: &draft)
            }
        }
        return draft
    }

    private func options(for name: String) -> [SSHConfigFile.Option] {
        let matching = blocksOfPatterns.filter { position in
            blocks[position].conditions.allSatisfy { SSHPattern.matches($0, name) }
        }
        return (matching + blocksOfNames[name, default: []]).sorted().flatMap { blocks[$0].options }
    }

    private mutating func apply(_ option: SSHConfigFile.Option, _ address: String, to draft: inout HostDraft) {
        let name = draft.host.name.rawValue
        let value = option.words[0]
        switch option.keyword {
        case "hostname": setAddress(address, option, &draft)
        case "port":
            let field = Field(Setting(.scalar(value, quoted: false), at: option.place), path: name)
            draft.host.connection.port = field.integer(1...65_535, &problems) ?? 22
        case "user": draft.host.connection.user = value
        case "identityfile" where value.lowercased() != "none":
            // ssh tries each file once, wherever else it is named.
            let path = context.keyPath(filled(value, name, address, option))
            if !draft.host.connection.keyFiles.contains(path) { draft.host.connection.keyFiles.append(path) }
        case "proxyjump" where value.lowercased() != "none":
            let reference = Reference(filled(value, name, address, option), at: option.place, path: name)
            draft.jump = Jump(form: .route, reference: reference)
        case "proxycommand" where value.lowercased() != "none":
            problems.warn("'ProxyCommand' is never used; name a host under 'ProxyJump'", at: option.place)
        default: break
        }
    }

    private mutating func setAddress(_ address: String, _ option: SSHConfigFile.Option, _ draft: inout HostDraft) {
        draft.host.connection.address = address
        guard !HostAddress.isAddress(address) else { return }
        problems.add("the 'HostName' is not a host name or address", at: option.place, path: draft.path)
    }

    /// A value with the marks filled in that depend on the host's name and the home folder alone.
    private mutating func filled(
        _ value: String, _ name: String, _ address: String, _ option: SSHConfigFile.Option
    ) -> String {
        guard value.contains("%") else { return value }
        let marks = ["%%": "%", "%h": address, "%n": name, "%d": context.home]
        var result = ""
        var rest = value[...]
        while let percent = rest.firstIndex(of: "%") {
            let mark = rest[percent...].prefix(2)
            if marks[String(mark)] == nil {
                problems.warn("'\(mark)' is not filled in here; it stays as it is", at: option.place)
            }
            result += rest[..<percent] + (marks[String(mark)] ?? String(mark))
            rest = rest[mark.endIndex...]
        }
        return result + rest
    }
}
