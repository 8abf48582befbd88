// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads variables as Ansible writes them, and reports what we will not guess.
///
/// Encrypted values and passwords in plain text are left out, so that neither can end up in a plan or a log; templates are kept
/// as text, because only Ansible could fill them in.
enum AnsibleVariables {
    /// Tags that Ansible puts on text.
    static let tags: Set<String> = ["!vault", "!vault-encrypted", "!unsafe"]

    private static let vaultMark = "$ANSIBLE_VAULT;"
    private static let passwords: Set<String> = [
        "ansible_password", "ansible_ssh_pass", "ansible_ssh_password", "ansible_become_password",
        "ansible_become_pass",
        "ansible_sudo_pass", "ansible_su_pass", "ansible_ssh_private_key_passphrase", "ansible_private_key_passphrase",
    ]

    /// The variables of a map.
    static func read(_ field: Field?, _ problems: inout Problems) -> Variables {
        guard let field, !field.isEmpty, let entries = field.entries(&problems) else { return [:] }
        var result: Variables = [:]
        for (name, field) in entries { result[name] = accepted(name, field, truthsOfYAML, &problems) }
        return result
    }

    /// A variable's value, unless it must not be taken.
    static func accepted(
        _ name: String, _ field: Field, _ truths: [String: String], _ problems: inout Problems
    ) -> Setting? {
        if name == "<<" {
            field.warn("merged maps ('<<') are not read; write the variables out", &problems)
            return nil
        }
        if holds(field.setting, Self.isVault) {
            field.warn("is encrypted by ansible-vault and left out", &problems)
            return nil
        }
        if passwords.contains(name) {
            field.warn("is a password and left out; give it as 'env:NAME' in an inventory of our own format", &problems)
            return nil
        }
        if holds(field.setting, { $0.text?.contains("{{") ?? false }) {
            field.warn("holds a template ('{{ }}'), which is kept as text", &problems)
        }
        return plain(field.setting, truths)
    }

    private static func isVault(_ setting: Setting) -> Bool {
        setting.text?.hasPrefix(vaultMark) ?? (setting["__ansible_vault"] != nil)
    }

    /// Whether a setting, or one inside it, is of a kind.
    private static func holds(_ setting: Setting, _ test: (Setting) -> Bool) -> Bool {
        if test(setting) { return true }
        switch setting.content {
        case .empty, .scalar: return false
        case .list(let items): return items.contains { holds($0, test) }
        case .map(let entries): return entries.contains { holds($0.value, test) }
        }
    }

    /// Text that was marked as not to be filled in is plain text to us; truth values are written in one way.
    private static func plain(_ setting: Setting, _ truths: [String: String]) -> Setting {
        if let text = setting["__ansible_unsafe"] { return text }
        guard case .scalar(let text, quoted: false) = setting.content, let word = truths[text] else { return setting }
        return Setting(.scalar(word, quoted: false), at: setting.place)
    }

    /// Truth values as the INI form takes them.
    static let truthsOfINI = ["True": "true", "False": "false"]

    /// Truth values as YAML 1.1 took them, by which Ansible still reads.
    static let truthsOfYAML = [
        "True": "true", "TRUE": "true", "yes": "true", "Yes": "true", "YES": "true", "on": "true", "On": "true",
        "ON": "true", "False": "false", "FALSE": "false", "no": "false", "No": "false", "NO": "false", "off": "false",
        "Off": "false", "OFF": "false",
    ]
}
