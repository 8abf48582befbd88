// SPDX-License-Identifier: Apache-2.0

import Model

extension HostDraft {
    /// One host of a range: its name, and its number in place of `{n}` (`7`) and `{nn}` (`07`, as the name has it).
    func named(_ member: HostRange.Member) -> HostDraft {
        var result = self
        result.host.name = HostName(member.name)
        if result.host.connection.address.isEmpty { result.host.connection.address = member.name }
        guard let written = member.number else { return result }
        let number = Numbering(written: written, plain: Int(written).map(String.init) ?? written)
        result.host.connection.address = number.filled(result.host.connection.address)
        result.host.labels = host.labels.mapValues(number.filled)
        result.variables = variables.mapValues(number.filled)
        result.host.instances = host.instances.map { instance in
            var instance = instance
            instance.labels = instance.labels.mapValues(number.filled)
            instance.variables = instance.variables.mapValues(number.filled)
            return instance
        }
        return result
    }
}

/// The number of one host in a range.
private struct Numbering {
    let written: String
    let plain: String

    func filled(_ text: String) -> String {
        text.contains("{n") ? text.replacing("{nn}", with: written).replacing("{n}", with: plain) : text
    }

    func filled(_ setting: Setting) -> Setting {
        switch setting.content {
        case .scalar(let text, let quoted): Setting(.scalar(filled(text), quoted: quoted), at: setting.place)
        case .list(let items): Setting(.list(items.map(filled)), at: setting.place)
        case .empty, .map: setting
        }
    }

    func filled(_ value: Value) -> Value {
        switch value {
        case .text(let text): .text(filled(text))
        case .list(let items): .list(items.map(filled))
        default: value
        }
    }
}
