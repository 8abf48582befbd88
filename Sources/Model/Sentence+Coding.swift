// SPDX-License-Identifier: Apache-2.0

// How sentences are stored and sent: a text where it is the same in every language, else its words and values.
extension Sentence: Codable {
    private enum Key: String, CodingKey {
        case say, with
    }

    /// Reads a sentence; a plain text is one that is the same in every language.
    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.init(verbatim: text)
            return
        }
        let keyed = try decoder.container(keyedBy: Key.self)
        let values = try keyed.decodeIfPresent([String: Part].self, forKey: .with) ?? [:]
        self.init(try keyed.decode(String.self, forKey: .say), values)
    }

    /// Writes a sentence.
    public func encode(to encoder: any Encoder) throws {
        if let verbatim {
            var single = encoder.singleValueContainer()
            return try single.encode(verbatim)
        }
        var keyed = encoder.container(keyedBy: Key.self)
        try keyed.encode(words, forKey: .say)
        if !values.isEmpty { try keyed.encode(values, forKey: .with) }
    }
}

extension Sentence.Part: Codable {
    private enum Key: String, CodingKey {
        case at, title, sentences, between
    }

    /// Reads a part; a plain text is a text.
    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(text)
            return
        }
        let keyed = try decoder.container(keyedBy: Key.self)
        if let instant = try keyed.decodeIfPresent(Instant.self, forKey: .at) {
            self = .instant(instant)
        } else if let title = try keyed.decodeIfPresent(Localized.self, forKey: .title) {
            self = .title(title)
        } else {
            self = .sentences(
                try keyed.decode([Sentence].self, forKey: .sentences),
                between: try keyed.decodeIfPresent(String.self, forKey: .between) ?? "")
        }
    }

    /// Writes a part.
    public func encode(to encoder: any Encoder) throws {
        if case .text(let text) = self {
            var single = encoder.singleValueContainer()
            return try single.encode(text)
        }
        var keyed = encoder.container(keyedBy: Key.self)
        switch self {
        case .text: break
        case .instant(let instant): try keyed.encode(instant, forKey: .at)
        case .title(let title): try keyed.encode(title, forKey: .title)
        case .sentences(let sentences, let between):
            try keyed.encode(sentences, forKey: .sentences)
            if !between.isEmpty { try keyed.encode(between, forKey: .between) }
        }
    }
}
