// SPDX-License-Identifier: Apache-2.0

/// The languages operators read.
public enum Language: String, CaseIterable, Codable, Sendable {
    case english = "en"
    case korean = "ko"
    case japanese = "ja"
}

/// One text in the languages its author gave; English is always there.
public struct Localized: Hashable, Codable, Sendable, ExpressibleByStringLiteral {
    /// The text by language.
    public let texts: [Language: String]

    /// Makes a text from its translations; without English, any other language stands in for it.
    public init(_ texts: [Language: String]) {
        let fallback = texts[.english] ?? texts.min { $0.key.rawValue < $1.key.rawValue }?.value ?? ""
        self.texts = texts.merging([.english: fallback]) { given, _ in given }
    }

    /// Makes a text that is the same in every language.
    public init(_ text: String) { texts = [.english: text] }
    /// Makes a text from a literal.
    public init(stringLiteral text: String) { self.init(text) }

    /// The text in a language, or in English.
    public func text(_ language: Language) -> String { texts[language] ?? texts[.english] ?? "" }
    /// The text with the same words after it in every language.
    public func appending(_ words: String) -> Localized { Localized(texts.mapValues { $0 + words }) }
    /// The English text.
    public var english: String { text(.english) }

    /// The text in a language with `{name}` replaced by values; a name without a value stays as it is.
    public func filled(with values: [String: Value], in language: Language) -> String {
        var result = ""
        let rest = Localized.forEachName(in: text(language)) { before, name in
            result += before
            result += values[name]?.text ?? "{\(name)}"
        }
        return result + rest
    }

    /// The names in `{name}` of all its languages.
    package var names: Set<String> {
        var names: Set<String> = []
        for text in texts.values { Localized.forEachName(in: text) { names.insert($1) } }
        return names
    }

    /// Goes through the `{name}` of a text, each with the text before it; returns the text after the last one.
    @discardableResult
    private static func forEachName(in text: String, _ take: (Substring, String) -> Void) -> Substring {
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            take(rest[..<open], String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return rest
    }

    /// Writes the texts keyed by language code.
    public func encode(to encoder: any Encoder) throws {
        try Dictionary(uniqueKeysWithValues: texts.map { ($0.key.rawValue, $0.value) }).encode(to: encoder)
    }

    /// Reads texts keyed by language code; unknown languages are left out.
    public init(from decoder: any Decoder) throws {
        let coded = try [String: String](from: decoder)
        self.init(
            Dictionary(
                uniqueKeysWithValues: coded.compactMap { code, text in Language(rawValue: code).map { ($0, text) } }))
    }
}

/// A text for people as a document holds it, for what is said about the text itself.
public struct WrittenText: Hashable, Sendable {
    /// The path inside the document, such as `messages/OS-MEM-010`.
    public let path: String
    /// The text; one that is not given by language is English.
    public let text: Localized
    /// Whether it is given by language.
    public let isByLanguage: Bool
    /// Where it is written.
    public let place: Place?

    /// Makes a written text.
    public init(_ path: String, _ text: Localized, isByLanguage: Bool, at place: Place? = nil) {
        self.path = path
        self.text = text
        self.isByLanguage = isByLanguage
        self.place = place
    }
}

extension [WrittenText] {
    /// A warning for each text that lacks a language which others have; `whole` is what holds them, such as `job`.
    package func missingLanguages(in whole: String) -> Problems {
        var problems = Problems()
        let given = Set(filter(\.isByLanguage).flatMap(\.text.texts.keys))
        for text in self where text.isByLanguage {
            let missing = Language.allCases.filter { given.contains($0) && text.text.texts[$0] == nil }
            guard !missing.isEmpty else { continue }
            let names = missing.map(\.rawValue).joined(separator: " and ")
            problems.warn(
                "has no \(names), which other texts of this \(whole) have; people who read \(names) see the English text",
                at: text.place, path: text.path)
        }
        return problems
    }
}

/// A line for people: an id that names its text, and the values that fill it.
public struct Message: Hashable, Codable, Sendable {
    /// Names the text in the job's `messages`, or is itself the text where there is none.
    public let id: String
    /// What fills the text's `{name}` places.
    public let values: [String: Value]
    /// Makes a message.
    public init(_ id: String, _ values: [String: Value] = [:]) {
        self.id = id
        self.values = values
    }

    /// The line in a language; without a known text, the id and its values.
    public func text(in language: Language, texts: [String: Localized]) -> String {
        if let text = texts[id] { return text.filled(with: values, in: language) }
        guard !values.isEmpty else { return id }
        let pairs = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }
        return id + " " + pairs.joined(separator: " ")
    }
}
