// SPDX-License-Identifier: Apache-2.0

package import Model

/// The texts for people of a document that is no playbook, such as the manifest of a task type.
package func writtenTexts(in document: Setting) -> [WrittenText] { WrittenTexts(Field(document)).all }

/// Collects the texts for people of a document: titles, help, messages, and what is given by language.
struct WrittenTexts {
    private(set) var all: [WrittenText] = []
    private static let languages = Set(Language.allCases.map(\.rawValue))
    /// Maps whose keys are names of another kind, which may look like languages.
    private static let otherMaps: Set<String> = ["environment", "values", "headers", "example"]

    init(_ document: Field) {
        walk(document, isMessages: false)
    }

    private mutating func walk(_ field: Field, isMessages: Bool) {
        for entry in field.setting.entries {
            let child = field.child(entry.key, entry.value, key: entry.place)
            if let text = byLanguage(entry.value) {
                all.append(WrittenText(child.path, text, isByLanguage: true, at: entry.place))
            } else if let text = entry.value.text {
                guard isMessages || ["title", "help"].contains(entry.key) else { continue }
                all.append(WrittenText(child.path, Localized(text), isByLanguage: false, at: entry.place))
            } else if !Self.otherMaps.contains(entry.key), child.path != "outputs" {
                walk(child, isMessages: child.path == "messages")
            }
        }
    }

    /// `{en: …, ko: …}` as a text; nil for any other map.
    private func byLanguage(_ setting: Setting) -> Localized? {
        guard case .map(let entries) = setting.content,
            entries.contains(where: { $0.key == Language.english.rawValue }),
            entries.allSatisfy({ Self.languages.contains($0.key) })
        else { return nil }
        let texts = entries.compactMap { entry in
            Language(rawValue: entry.key).flatMap { language in entry.value.text.map { (language, $0) } }
        }
        return Localized(Dictionary(texts, uniquingKeysWith: { first, _ in first }))
    }
}
