// SPDX-License-Identifier: Apache-2.0

import Model

/// Which events of a calendar count: those that `only` asks for, without those that `except` names.
struct EventFilter {
    /// What an event may be asked for: properties of an iCalendar.
    enum Property: String, CaseIterable {
        case summary, categories, description, location, transp

        /// What an event says that does not say it.
        var usual: String { self == .transp ? "OPAQUE" : "" }
    }

    /// Each must match.
    var only: [Property: [TextPattern]] = [:]
    /// None may match.
    var except: [Property: [TextPattern]] = [:]

    /// Whether it asks for what a list of dates does not have.
    var asksMoreThanNames: Bool {
        Property.allCases.contains { $0 != .summary && (only[$0] != nil || except[$0] != nil) }
    }

    /// Whether a day of a list counts.
    func counts(name: String) -> Bool { counts { $0 == .summary ? [name] : [] } }

    /// Whether an event counts that says this; a property may have several values, of which one is enough.
    func counts(_ values: (Property) -> [String]) -> Bool {
        func matches(_ property: Property, _ patterns: [TextPattern]) -> Bool {
            let said = values(property)
            return (said.isEmpty ? [property.usual] : said).contains { text in
                patterns.contains { $0.matches(text) }
            }
        }
        return only.allSatisfy(matches) && !except.contains(where: matches)
    }
}

/// A pattern for a whole text, in which `*` stands for anything and `?` for one letter; capital letters do not matter.
struct TextPattern {
    /// So much of a text is looked at.
    private static let longest = 500

    private let letters: [Character]

    /// Makes a pattern; nil when it is too long.
    init?(_ text: String) {
        letters = Array(text.lowercased())
        guard letters.count <= TextPattern.longest else { return nil }
    }

    func matches(_ text: String) -> Bool {
        let text = Array(text.lowercased().prefix(TextPattern.longest))
        var (at, position) = (0, 0)
        // Where the last star stands, and where the text went on behind what it took.
        var star: (at: Int, position: Int)?
        while position < text.count {
            if at < letters.count, letters[at] == "*" {
                star = (at, position)
                at += 1
            } else if at < letters.count, letters[at] == "?" || letters[at] == text[position] {
                (at, position) = (at + 1, position + 1)
            } else if let (place, taken) = star {
                star = (place, taken + 1)
                (at, position) = (place + 1, taken + 1)
            } else {
                return false
            }
        }
        return letters[at...].allSatisfy { $0 == "*" }
    }
}
