// SPDX-License-Identifier: Apache-2.0

/// A sentence of the product: English words with `{name}` marks, and what they stand for.
///
/// It is stored and sent as words and values, and put into the reader's language and time zone where it is shown. `description` is
/// English, with instants in UTC. What a person or another program wrote is always a value and never the words (`init(verbatim:)`).
public struct Sentence: Hashable, Sendable, CustomStringConvertible {
    /// What a mark stands for.
    public indirect enum Part: Hashable, Sendable, CustomStringConvertible {
        /// A text that is the same in every language.
        case text(String)
        /// An instant, shown in the reader's time zone.
        case instant(Instant)
        /// A text that its author gave in several languages.
        case title(Localized)
        /// Sentences one after another, with the same text between them.
        case sentences([Sentence], between: String)

        /// In English, with instants in UTC.
        public var description: String {
            switch self {
            case .text(let text): text
            case .instant(let instant): instant.description
            case .title(let title): title.english
            case .sentences(let sentences, let between): sentences.map(\.description).joined(separator: between)
            }
        }

        /// Makes a part of a value; a sentence and an instant stay what they are.
        init(_ value: any CustomStringConvertible) {
            self =
                switch value {
                case let part as Part: part
                case let sentence as Sentence: .sentences([sentence], between: "")
                case let instant as Instant: .instant(instant)
                default: .text(value.description)
                }
        }
    }

    /// The English words with their marks.
    public let words: String
    /// What each mark stands for.
    public let values: [String: Part]

    /// Makes a sentence of the product's own words.
    public init(_ words: String, _ values: [String: any CustomStringConvertible] = [:]) {
        self.words = words
        self.values = values.mapValues { Part($0) }
    }

    /// Makes a sentence of a text that is the same in every language.
    public init(verbatim text: String) { self.init(Self.verbatimWords, ["text": text]) }

    private static let verbatimWords = "{text}"

    /// The text of a sentence that is the same in every language; nil for any other.
    public var verbatim: String? {
        if words == Self.verbatimWords, case .text(let text) = values["text"] { text } else { nil }
    }

    /// Several sentences as one.
    public static func list(_ sentences: [Sentence], between: String = "; ") -> Sentence {
        if sentences.count == 1, let only = sentences.first { return only }
        return Sentence("{list}", ["list": Part.sentences(sentences, between: between)])
    }

    /// Whether there is nothing to read.
    public var isEmpty: Bool { description.isEmpty }

    /// In English, with instants in UTC.
    public var description: String { filled(words) { $0.description } }

    /// Words with their marks replaced by what they stand for, each as `text` puts it; a mark without a value stays as it is.
    public func filled(_ words: String, _ text: (Part) -> String) -> String {
        if let verbatim { return verbatim }
        return Localized(words).filled(with: values.mapValues { .text(text($0)) }, in: .english)
    }
}
