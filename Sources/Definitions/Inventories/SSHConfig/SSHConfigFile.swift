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
    private static let mostIncludes = 1000

    private(set) var blocks: [Block] = []
    private var isPassingOver = false
    private var includes = 0
    private let context: InventoryContext

    /// Reads a configuration.
    init(_ source: SourceText, _ context: InventoryContext, _ problems: inout Problems) {
        self.context = context
        read(source, within: [], through: [], &problems)
    }

    private mutating func read(
        _ source: SourceText, within outer: [[SSHPattern]], through files: [String], _ problems: inout Problems
    ) {
        let files = files + [Files.realPath(source.file) ?? source.file]
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
            case "include": include(option, through: files, &problems)
            default: blocks[blocks.count - 1].options.append(option)
            }
        }
    }

    private mutating func begin(_ conditions: [[SSHPattern]], at place: Place) {
        isPassingOver = false
        blocks.append(Block(conditions: conditions, place: place))
    }

    /// Reads the files an `Include` names, under the conditions it stands under, and then goes on as before.
    private mutating func include(_ option: Option, through files: [String], _ problems: inout Problems) {
        let conditions = blocks[blocks.count - 1].conditions
        guard files.count <= Self.deepestInclude else {
            problems.add("files include each other more than \(Self.deepestInclude) deep", at: option.place)
            return
        }
        for word in option.words {
            let paths = Globs.paths(context.keyPath(word))
            if paths.isEmpty { problems.warn("'\(word)' includes no file", at: option.place) }
            for path in paths where Files.kind(of: path) == .file {
                guard mayInclude(path, option, through: files, &problems) else { return }
                if let source = SourceText.read(path: path, &problems) {
                    read(source, within: conditions, through: files, &problems)
                }
            }
        }
        begin(conditions, at: option.place)
    }

    /// Whether a file may be included once more: not inside itself, and not as one of very many.
    private mutating func mayInclude(
        _ path: String, _ option: Option, through files: [String], _ problems: inout Problems
    ) -> Bool {
        includes += 1
        if files.contains(Files.realPath(path) ?? path) {
            problems.add("the file '\(path)' includes itself", at: option.place)
            return false
        }
        guard includes <= Self.mostIncludes else {
            if includes == Self.mostIncludes + 1 {
                problems.add("more than \(Self.mostIncludes) files are included", at: option.place)
            }
            return false
        }
        return true
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
            problems.add("this keyword has no value that can be read", at: place)
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
