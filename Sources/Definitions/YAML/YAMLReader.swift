// SPDX-License-Identifier: Apache-2.0

package import Model
import Yams

/// Reads one YAML document into a tree of settings with places.
///
/// Files come from many hands, so nothing in them may cost more than their size suggests, and nothing may mean more than text,
/// lists and maps: other tags, complex keys, nesting deeper than 64, more than a million nodes by alias, a second document and
/// files above 10 MB are refused, each with its place.
package struct YAMLReader: Sendable {
    /// The deepest nesting that is read.
    static let deepestNesting = 64
    /// The most nodes that aliases may add to a document.
    static let mostAliasNodes = 1_000_000
    /// How often and how much is parsed to find repeated keys, of which the parser tells one at a time.
    private static let mostParses = 50
    private static let mostParsedBytes = 20_000_000

    private let tags: Set<String>

    /// Makes a reader that accepts tags of its own beside the core ones; their values are read as text.
    package init(tags: Set<String> = []) { self.tags = tags }

    /// Reads a document; a tree comes back whenever the text is well formed, even if some of it is refused.
    package func read(_ bytes: [UInt8], file: String) -> (document: Setting?, problems: Problems) {
        var problems = Problems()
        guard let source = SourceText(bytes, file: file, &problems) else { return (nil, problems) }
        let document = read(source, &problems)
        return (document, problems.arranged(for: file))
    }

    func read(_ source: SourceText, _ problems: inout Problems) -> Setting? {
        guard let text = YAMLStandIns(source, &problems) else { return nil }
        return parse(text, of: source, &problems)
    }

    private func parse(_ text: YAMLStandIns, of source: SourceText, _ problems: inout Problems) -> Setting? {
        var text = text
        var parsesLeft = min(Self.mostParses, Self.mostParsedBytes / max(1, source.text.utf8.count))
        while true {
            parsesLeft -= 1
            do {
                return try tree(of: text, source, &problems)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let place = source.place(context.mark.line, context.mark.column)
                if parsesLeft > 0, let key = keys.first, text.rename(keyAt: place, from: key) { continue }
                problems.add("a key of this map is written twice", at: place)
            } catch let error as YamlError {
                let syntax = YAMLSyntax(error, in: source)
                problems.add(syntax.message, at: syntax.place)
            } catch {
                problems.add("the document cannot be read: \(error)", at: source.place(1, 1))
            }
            text.reportRenamedKeys(&problems)
            return nil
        }
    }

    private func tree(of text: YAMLStandIns, _ source: SourceText, _ problems: inout Problems) throws -> Setting? {
        let parser = try Parser(yaml: text.text, resolver: .basic, encoding: .utf8)
        // Nodes hold their anchors weakly: the parser must live until the tree is made.
        return try withExtendedLifetime(parser) {
            guard let root = try parser.singleRoot() else { return Setting(.empty, at: source.place(1, 1)) }
            var tree = YAMLTree(file: source.file, tags: tags, text: text)
            let setting = tree.setting(of: root)
            problems.add(tree.problems)
            return tree.isWithinLimits ? setting : nil
        }
    }
}
