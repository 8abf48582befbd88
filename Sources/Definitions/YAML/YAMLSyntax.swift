// SPDX-License-Identifier: Apache-2.0

import Model
import Yams

/// Says a YAML syntax error in a sentence an operator can act on.
///
/// The parser's own words describe its state, not the author's mistake; the mistakes people really make are few.
struct YAMLSyntax {
    /// What is wrong.
    let message: String
    /// Where the mistake is, or where it began.
    let place: Place

    init(_ error: YamlError, in source: SourceText) {
        switch error {
        case .scanner(let context, let words, let mark, _), .parser(let context, let words, let mark, _),
            .composer(let context, let words, let mark, _):
            self = Self.read(words, context, source.place(mark.line, mark.column), source)
        case .reader(let words, let offset, _, _):
            let place = offset.map { Self.place(ofCharacter: $0, in: source) } ?? source.place(1, 1)
            self.init("a character is not allowed here (\(words))", at: place)
        default:
            self.init("the document cannot be read: \(error)", at: source.place(1, 1))
        }
    }

    private init(_ message: String, at place: Place) {
        self.message = message
        self.place = place
    }

    private static func read(
        _ words: String, _ context: YamlError.Context?, _ end: Place, _ source: SourceText
    ) -> YAMLSyntax {
        if words.contains("cannot start any token") {
            return YAMLSyntax(badFirstCharacter(source.scalar(at: end)), at: end)
        }
        guard let known = mistakes.first(where: { $0.fits(words, context?.text ?? "") }) else {
            return YAMLSyntax("this is not valid YAML: \(words)", at: end)
        }
        let start = context.map { source.place($0.mark.line, $0.mark.column) } ?? end
        return YAMLSyntax(known.sentence, at: known.isAtStart ? start : end)
    }

    private static func badFirstCharacter(_ scalar: Unicode.Scalar?) -> String {
        guard let scalar else { return "a value cannot begin here" }
        return scalar == "\t"
            ? "a tab cannot be used for indentation; use spaces"
            : "a value cannot begin with '\(scalar)'; put it in quotes"
    }

    private static func place(ofCharacter offset: Int, in source: SourceText) -> Place {
        let before = source.text.prefix(offset)
        let line = before.count { $0.isNewline }
        let column = before.reversed().prefix { !$0.isNewline }.count
        return source.place(line + 1, column + 1)
    }

    /// A mistake by the parser's words, what it was doing, what to tell the author, and whether to point at where it began.
    private struct Mistake {
        var words: String
        var context = ""
        var sentence: String
        var isAtStart = false

        func fits(_ words: String, _ context: String) -> Bool {
            (self.words.isEmpty || words.contains(self.words))
                && (self.context.isEmpty || context.contains(self.context))
        }
    }

    private static let mistakes = [
        Mistake(
            words: "Maximum nesting", sentence: "the document is nested deeper than \(YAMLReader.deepestNesting) levels"
        ),
        Mistake(
            words: "but found another document", sentence: "a second document begins here; one file holds one document"),
        Mistake(
            words: "could not find expected ':'",
            sentence: "this is not a key: a ':' followed by a space is missing, or a quote above is not closed",
            isAtStart: true),
        Mistake(
            words: "mapping values are not allowed",
            sentence: "a ':' cannot stand here; put the text in quotes, or check the indentation"),
        Mistake(
            words: "block sequence entries are not allowed",
            sentence: "a list item ('- ') cannot stand here; check the indentation"),
        Mistake(words: "mapping keys are not allowed", sentence: "a key cannot stand here; check the indentation"),
        Mistake(
            words: "did not find expected key",
            sentence: "a key was expected here; check the indentation and the quotes above"),
        Mistake(
            words: "did not find expected '-'",
            sentence: "a list item ('- ') was expected here; check the indentation"),
        Mistake(
            words: "did not find expected ',' or ']'", sentence: "the list that begins here is not closed by ']'",
            isAtStart: true),
        Mistake(
            words: "did not find expected ',' or '}'", sentence: "the map that begins here is not closed by '}'",
            isAtStart: true),
        Mistake(words: "did not find expected node content", sentence: "a value was expected here"),
        Mistake(
            words: "<document start>", sentence: "this cannot follow the end of the document; check the indentation"),
        Mistake(
            words: "end of stream", context: "quoted", sentence: "the quoted text that begins here is never closed",
            isAtStart: true),
        Mistake(
            words: "document indicator", context: "quoted",
            sentence: "the quoted text that begins here is not closed before the end of the document", isAtStart: true),
        Mistake(
            words: "unknown escape character",
            sentence: "this '\\' sequence is not known; write '\\\\' for a backslash, or use single quotes"),
        Mistake(words: "hexdecimal", sentence: "a '\\x', '\\u' or '\\U' needs 2, 4 or 8 hexadecimal digits"),
        Mistake(words: "invalid Unicode character escape", sentence: "this escape names no character"),
        Mistake(words: "tab character", sentence: "a tab cannot be used for indentation; use spaces"),
        Mistake(words: "indentation indicator", sentence: "the number after '|' or '>' must be from 1 to 9"),
        Mistake(words: "comment or line break", sentence: "nothing but a comment may follow here on this line"),
        Mistake(
            words: "alphabetic or numeric", sentence: "text that begins with '&' must be in quotes", isAtStart: true),
        Mistake(words: "undefined tag handle", sentence: "tags ('!…') are not allowed; put the text in quotes"),
        Mistake(
            words: "", context: "tag", sentence: "tags ('!…') are not allowed; put the text in quotes", isAtStart: true),
        Mistake(
            words: "", context: "directive", sentence: "lines that begin with '%' are not read; put the text in quotes"),
    ]
}

extension SourceText {
    /// The character at a place, if there is one.
    func scalar(at place: Place) -> Unicode.Scalar? {
        let parts = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard place.line <= parts.count else { return nil }
        return parts[place.line - 1].unicodeScalars.dropFirst(place.column - 1).first
    }
}
