// SPDX-License-Identifier: Apache-2.0

/// A name with `*`, `?` and ranges `[01-20]` or `[a-f]`, matched as a whole.
struct Glob: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case literal(Character)
        case one
        case many
        case numbers(ClosedRange<Int>, width: Int)
        case letters(ClosedRange<Character>)
    }

    let text: String
    private let pieces: [Piece]
    /// Whether it stands for itself only.
    let isLiteral: Bool

    /// Reads a glob; nil when a range is not one.
    init?(_ text: String) {
        self.text = text
        var pieces: [Piece] = []
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "*": pieces.append(.many)
            case "?": pieces.append(.one)
            case "[":
                guard let end = rest.firstIndex(of: "]"), let range = Glob.range(rest[..<end]) else { return nil }
                pieces.append(range)
                rest = rest[rest.index(after: end)...]
            default: pieces.append(.literal(character))
            }
        }
        self.pieces = pieces
        isLiteral = !text.contains { "*?[".contains($0) }
    }

    /// `01-20`, `01:20` or `a-f`.
    private static func range(_ text: Substring) -> Piece? {
        let ends = text.split(whereSeparator: { $0 == "-" || $0 == ":" })
        guard ends.count == 2 else { return nil }
        if let low = Int(ends[0]), let high = Int(ends[1]), low <= high, low >= 0 {
            return .numbers(low...high, width: ends[0].count)
        }
        guard let low = ends[0].first, let high = ends[1].first, ends[0].count == 1, ends[1].count == 1, low <= high
        else {
            return nil
        }
        return .letters(low...high)
    }

    /// The names a glob without `*` and `?` stands for, at most so many; nil where it is not known which they are.
    func names(limit: Int) -> [String]? {
        var names = [""]
        for piece in pieces {
            let endings: [String]
            switch piece {
            case .literal(let character): endings = [String(character)]
            case .one, .many: return nil
            case .letters(let range):
                let scalars = range.lowerBound.unicodeScalars.first.map(\.value) ?? 0
                let last = range.upperBound.unicodeScalars.first.map(\.value) ?? 0
                endings = (scalars...max(scalars, last)).compactMap { Unicode.Scalar($0).map { String($0) } }
            case .numbers(let range, let width):
                guard range.count <= limit else { return nil }
                endings = range.map { number in
                    let digits = String(number)
                    return String(repeating: "0", count: max(0, width - digits.count)) + digits
                }
            }
            guard names.count * endings.count <= limit else { return nil }
            names = names.flatMap { name in endings.map { name + $0 } }
        }
        return names
    }

    func matches(_ name: String?) -> Bool {
        guard let name else { return false }
        return isLiteral ? name == text : matches(pieces[...], name[...])
    }

    private func matches(_ pieces: ArraySlice<Piece>, _ name: Substring) -> Bool {
        guard let piece = pieces.first else { return name.isEmpty }
        let rest = pieces.dropFirst()
        switch piece {
        case .literal(let character): return name.first == character && matches(rest, name.dropFirst())
        case .one: return !name.isEmpty && matches(rest, name.dropFirst())
        case .many:
            if rest.isEmpty { return true }
            return name.indices.contains { matches(rest, name[$0...]) } || matches(rest, "")
        case .letters(let range):
            return name.first.map(range.contains) ?? false && matches(rest, name.dropFirst())
        case .numbers(let range, let width):
            // As many digits as the range's own, or more where no leading zeros are asked for.
            let digits = name.prefix { $0.isASCII && $0.isNumber }.count
            return (width...max(width, digits)).contains { count in
                count <= digits && (count == width || name.first != "0")
                    && Int(name.prefix(count)).map(range.contains) ?? false && matches(rest, name.dropFirst(count))
            }
        }
    }
}
