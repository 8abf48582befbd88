// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// The example of a manifest as a fragment of a playbook, in the shape that shipped task types have.
func exampleText(_ manifest: Manifest) -> String {
    let inputs = manifest.inputs.map { input in
        let need = input.spec.isRequired ? "needed" : input.standard.map { "default \($0.text)" } ?? "may be left out"
        return "      # \(input.spec.name): \(input.kind.rawValue), \(need). \(input.spec.help.english)"
    }
    let with = manifest.example.entries.map { "      \(word($0.key)): \(flow($0.value))" }
    let head = ["# \(manifest.summary.english)", "tasks:", "  example:", "    type: \(manifest.name)"]
    return (head + inputs + (with.isEmpty ? [] : ["    with:"] + with)).joined(separator: "\n") + "\n"
}

/// A setting in YAML's one-line form.
private func flow(_ setting: Setting) -> String {
    switch setting.content {
    case .empty: "null"
    case .scalar(let text, let quoted): quoted ? inQuotes(text) : word(text)
    case .list(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\(word($0.key)): \(flow($0.value))" }.joined(separator: ", ") + "}"
    }
}

/// A plain scalar where that is beyond doubt.
private func word(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789_./".unicodeScalars.contains($0)
    }
    return isPlain && !text.isEmpty ? text : inQuotes(text)
}

private func inQuotes(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": result += "\\" + String(scalar)
        case "\n": result += "\\n"
        case _ where scalar.value < 0x20: result += " "
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
