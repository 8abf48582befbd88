// SPDX-License-Identifier: Apache-2.0

import Model

/// The lines of an ssh configuration and of the files it includes, in the order ssh reads them.
struct SSHConfigFile {
    /// One keyword with its words.
    struct Option {
        var keyword: String
        var words: [String]
        var place: Place
    }

    /// Options that count for hosts that match every one of some lists of patterns.
    struct Block {
        var conditions: [[SSHPattern]]
        var options: [Option] = []
        var place: Place
    }

    private static let deepestInclude = 16

    private(set) var blocks: [Block] = []
    private var isPassingOver = false
    private let context: InventoryContext

    /// Reads a configuration.
    init(_ source: SourceText, _ context: InventoryContext, _ problems: inout Problems) {
        self.context = context
        read(source, within: [], depth: 0, &problems)
    }

    private mutating func read(
        _ source: SourceText, within outer: [[SSHPattern]], depth: Int, _ problems: inout Problems
    ) {
        begin(outer, at: source.place(1, 1))
        for (number, text) in source.lines {
            guard let option = Self.option(text, source, number, &problems) else { continue }
            switch option.keyword {
            case "host":
                begin(
                    outer + [option.words.flatMap { $0.split(separator: ",") }.map(SSHPattern.init)], at: option.place)
            case "match":
                problems.warn("'Match' is not read; its options are left out", at: option.place)
                isPassingOver = true
            case _ where isPassingOver: break
            case "include": include(option, depth: depth, &problems)
            default: blocks[blocks.count - 1].options.append(option)
            }
        }
    }

    private mutating func begin(_ conditions: [[SSHPattern]], at place: Place) {
        isPassingOver = false
        blocks.append(Block(conditions: conditions, place: place))
    }

    /// Reads the files an `Include` names, under the conditions it stands under, and then goes on as before.
    private mutating func include(_ option: Option, depth: Int, _ problems: inout Problems) {
        let conditions = blocks[blocks.count - 1].conditions
        guard depth < Self.deepestInclude else {
            problems.add("files include each other more than \(Self.deepestInclude) deep", at: option.place)
            return
        }
        for word in option.words {
            let paths = Globs.paths(context.keyPath(word))
            if paths.isEmpty { problems.warn("'\(word)' includes no file", at: option.place) }
            for path in paths where Files.kind(of: path) == .file {
                if let source = SourceText.read(path: path, &problems) {
                    read(source, within: conditions, depth: depth + 1, &problems)
                }
            }
        }
        begin(conditions, at: option.place)
    }

    /// `Keyword words` or `Keyword=words`; nil for an empty line or a comment.
    private static func option(
        _ text: Substring, _ source: SourceText, _ number: Int, _ problems: inout Problems
    ) -> Option? {
        let indent = text.prefix { $0 == " " || $0 == "\t" }.count
        let line = text.dropFirst(indent)
        let place = source.place(number, indent + 1)
        guard let first = line.first, first != "#" else { return nil }
        let keyword = line.prefix { $0 != " " && $0 != "\t" && $0 != "=" }
        let rest = line.dropFirst(keyword.count).drop { $0 == " " || $0 == "\t" }
        guard let words = ShellWords.split(rest.first == "=" ? rest.dropFirst() : rest)?.map(\.text), !words.isEmpty
        else {
            problems.add("'\(keyword)' has no value that can be read", at: place)
            return nil
        }
        return Option(keyword: keyword.lowercased(), words: words, place: place)
    }
}

/// Names of files with `*` and `?` in their last part, as `Include` takes them.
enum Globs {
    /// The paths a text stands for, in byte order.
    static func paths(_ text: String) -> [String] {
        guard text.contains("*") || text.contains("?") else { return Files.kind(of: text) == nil ? [] : [text] }
        let folder = Paths.folder(of: text)
        let pattern = SSHPattern(Paths.name(of: text))
        let names = (try? Files.names(in: folder)) ?? []
        return names.filter { !$0.hasPrefix(".") && pattern.matches($0) }.map { Paths.join(folder, $0) }
    }
}
