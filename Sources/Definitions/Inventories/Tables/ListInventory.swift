// SPDX-License-Identifier: Apache-2.0

import Model

/// Makes hosts of a plain list: one a line, as `host`, `user@host:port` or `[2001:db8::1]:22`; `#` begins a comment.
enum ListInventory {
    /// Reads a list into a draft; a line that repeats an earlier one is only worth a warning.
    static func read(_ source: SourceText, _ problems: inout Problems) -> InventoryDraft {
        var draft = InventoryDraft()
        for (number, text) in source.lines {
            let content = text.prefix { $0 != "#" }
            let indent = content.prefix(while: \.isWhitespace).count
            let line = content.trimmed
            guard !line.isEmpty else { continue }
            read(line, at: source.place(number, indent + 1), into: &draft, &problems)
        }
        return draft
    }

    private static func read(
        _ line: String, at place: Place, into draft: inout InventoryDraft, _ problems: inout Problems
    ) {
        guard let address = HostAddress(line), NameRules.isHost(address.name) else {
            problems.add("this line is not of the form user@host:port", at: place)
            return
        }
        var host = HostDraft(name: address.name, at: place, path: address.name)
        host.host.connection.address = address.address
        host.host.connection.user = address.user
        host.host.connection.port = address.port ?? 22
        if let position = draft.host(named: address.name), draft.hosts[position].host.connection == host.host.connection
        {
            let first = draft.hosts[position].host.place?.line ?? 0
            problems.warn("repeats line \(first)", at: place, path: address.name)
        } else {
            draft.add(host, &problems)
        }
    }
}
