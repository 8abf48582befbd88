// SPDX-License-Identifier: Apache-2.0

/// A name with `*`, `?` and ranges `[01-20]` or `[a-f]`, matched as a whole.
struct Glob: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case literal(Unicode.Scalar)
        case one
        case many
        case numbers(ClosedRange<Int>, width: Int)
        case letters(ClosedRange<Unicode.Scalar>)
    }

    let text: String
    private let pieces: [Piece]
    /// Whether it stands for itself only.
    let isLiteral: Bool
    /// How long a name is at least that it matches.
    private let shortest: Int

    /// Reads a glob; nil when a range is not one.
    init?(_ text: String) {
        self.text = text
        var pieces: [Piece] = []
        var rest = text.unicodeScalars[...]
        while let character = rest.popFirst() {
            switch character {
            case "*" where pieces.last == .many: continue
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
        shortest = pieces.count { $0 != .many }
        isLiteral = !text.unicodeScalars.contains { "*?[".unicodeScalars.contains($0) }
    }

    /// `01-20`, `01:20` or `a-f`.
    private static func range(_ text: Substring.UnicodeScalarView) -> Piece? {
        let ends = text.split(whereSeparator: { $0 == "-" || $0 == ":" })
        guard ends.count == 2 else { return nil }
        if let low = Int(String(ends[0])), let high = Int(String(ends[1])), low <= high, low >= 0 {
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
                guard range.upperBound.value - range.lowerBound.value < limit else { return nil }
                endings = (range.lowerBound.value...range.upperBound.value).compactMap {
                    Unicode.Scalar($0).map { String($0) }
                }
            case .numbers(let range, let width):
                // Not its count, which is beyond Int where it goes from 0 to the largest.
                guard range.upperBound - range.lowerBound < limit else { return nil }
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
        guard !isLiteral else { return name == text }
        // A long glob is told from a short name without being looked at.
        guard shortest <= name.utf8.count else { return false }
        let scalars = Array(name.unicodeScalars)
        // Whether the pieces so far may end at each place: the work is bounded by the name's length, whatever the glob.
        var ends = [true] + Array(repeating: false, count: scalars.count)
        for piece in pieces {
            Glob.move(&ends, over: piece, in: scalars)
            guard ends.contains(true) else { return false }
        }
        return ends[scalars.count]
    }

    private static func move(_ ends: inout [Bool], over piece: Piece, in name: [Unicode.Scalar]) {
        func step(_ matches: (Unicode.Scalar) -> Bool) {
            for place in name.indices.reversed() { ends[place + 1] = ends[place] && matches(name[place]) }
            ends[0] = false
        }
        switch piece {
        case .literal(let scalar): step { $0 == scalar }
        case .one: step { _ in true }
        case .many:
            guard let first = ends.firstIndex(of: true) else { return }
            for place in first..<ends.count { ends[place] = true }
        case .letters(let range): step(range.contains)
        case .numbers(let range, let width):
            let begins = ends.indices.filter { ends[$0] }
            ends = Array(repeating: false, count: ends.count)
            for begin in begins {
                for count in numberEnds(range, width, name[begin...]) { ends[begin + count] = true }
            }
        }
    }

    /// How many digits a number of a range may have here: as many as the range's own, or more where no leading zeros are asked for.
    private static func numberEnds(
        _ range: ClosedRange<Int>, _ width: Int, _ name: ArraySlice<Unicode.Scalar>
    ) -> [Int] {
        let digits = name.prefix { ("0"..."9").contains($0) }
        guard width <= digits.count else { return [] }
        return (width...digits.count).filter { count in
            let text = String(String.UnicodeScalarView(digits.prefix(count)))
            return (count == width || digits.first != "0") && Int(text).map(range.contains) ?? false
        }
    }
}
