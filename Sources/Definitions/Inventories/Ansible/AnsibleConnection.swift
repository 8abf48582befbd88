// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads how a host is reached from the variables in which Ansible keeps it.
struct AnsibleConnection {
    private let variables: Variables
    private let own: Variables
    private let context: InventoryContext
    private var problems: Problems

    /// Sets a host's connection from its own variables and those of its groups.
    static func read(
        _ draft: inout HostDraft, _ shared: Variables, _ context: InventoryContext, _ problems: inout Problems
    ) {
        var reader = AnsibleConnection(variables: shared, own: draft.variables, context: context, problems: problems)
        reader.read(&draft)
        problems = reader.problems
    }

    private func setting(_ names: [String]) -> (name: String, setting: Setting)? {
        for source in [own, variables] {
            for name in names {
                if let setting = source[name], setting.content != .empty { return (name, setting) }
            }
        }
        return nil
    }

    private func field(_ names: String...) -> Field? {
        setting(names).map { Field($0.setting, path: $0.name) }
    }

    private mutating func read(_ draft: inout HostDraft) {
        readAddress(&draft)
        if let field = field("ansible_user", "ansible_ssh_user") { draft.host.connection.user = field.text(&problems) }
        if let field = field("ansible_ssh_private_key_file", "ansible_private_key_file") {
            draft.host.connection.keyFiles = field.text(&problems).map { [context.keyPath($0)] } ?? []
        }
        readTransport(&draft)
        readBecome(&draft)
        for name in ["ansible_ssh_common_args", "ansible_ssh_extra_args"] {
            if let field = field(name) { readArguments(field, &draft) }
        }
    }

    private mutating func readAddress(_ draft: inout HostDraft) {
        if let field = field("ansible_host", "ansible_ssh_host"), let text = field.text(&problems) {
            draft.host.connection.address = text
            if !HostAddress.isAddress(text) && !text.contains("{{") {
                field.report("'\(text)' is not a host name or address", &problems)
            }
        }
        if let field = field("ansible_port", "ansible_ssh_port"), let port = field.integer(1...65_535, &problems) {
            draft.host.connection.port = port
        }
    }

    private mutating func readTransport(_ draft: inout HostDraft) {
        if let field = field("ansible_shell_type"), field.setting.text == "powershell" || field.setting.text == "cmd" {
            draft.host.os = .windows
        }
        guard let field = field("ansible_connection"), let text = field.text(&problems) else { return }
        switch text.split(separator: ".").last ?? "" {
        case "local": draft.host.connection.transport = .local
        case "ssh", "smart", "paramiko", "paramiko_ssh", "libssh": break
        case "winrm", "psrp":
            draft.host.os = .windows
            field.warn("'\(text)' is not used; hosts are reached by ssh", &problems)
        default: field.warn("'\(text)' is not used; hosts are reached by ssh", &problems)
        }
    }

    private mutating func readBecome(_ draft: inout HostDraft) {
        for name in ["ansible_become", "ansible_become_user"] {
            field(name)?.warn("is not used: a task says which account it runs as", &problems)
        }
        guard let field = field("ansible_become_method"), let text = field.text(&problems) else { return }
        guard let become = Become(rawValue: String(text.split(separator: ".").last ?? "")) else {
            field.warn("'\(text)' is not known; sudo is used", &problems)
            return
        }
        draft.host.become = become
    }

    // MARK: Arguments of ssh

    private mutating func readArguments(_ field: Field, _ draft: inout HostDraft) {
        guard let text = field.setting.text, let words = ShellWords.split(text)?.map(\.text) else {
            field.warn("cannot be read as arguments of ssh", &problems)
            return
        }
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "-J" || word == "-o", let value = rest.popFirst() {
                readOption(word == "-J" ? "ProxyJump=" + value : value, field, &draft)
            } else if word.hasPrefix("-J") || word.hasPrefix("-o") {
                readOption((word.hasPrefix("-J") ? "ProxyJump=" : "") + word.dropFirst(2), field, &draft)
            } else {
                field.warn("'\(word)' is not used", &problems)
            }
        }
    }

    private mutating func readOption(_ option: String, _ field: Field, _ draft: inout HostDraft) {
        let parts = option.split(maxSplits: 1) { $0 == "=" || $0 == " " }
        guard parts.count == 2, parts[0].lowercased() == "proxyjump" else {
            field.warn("the ssh option '\(parts.first ?? "")' is not used", &problems)
            return
        }
        let reference = Reference(String(parts[1]), at: field.place, path: field.path)
        draft.jump = parts[1].lowercased() == "none" ? nil : Jump(form: .route, reference: reference)
    }
}
