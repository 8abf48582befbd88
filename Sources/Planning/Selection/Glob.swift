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

    /// Reads a glob; nil when a range is not one.
    init?(_ text: String) {
        self.text = text
        var pieces: [Piece] = []
        var rest = text.unicodeScalars[...]
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
        guard !isLiteral else { return name == text }
        let scalars = Array(name.unicodeScalars)
        // All places the pieces so far may end at: the work is bounded by the name's length, whatever the glob.
        var places: Set<Int> = [0]
        for piece in pieces {
            places = Glob.ends(of: piece, from: places, in: scalars)
            if places.isEmpty { return false }
        }
        return places.contains(scalars.count)
    }

    private static func ends(of piece: Piece, from places: Set<Int>, in name: [Unicode.Scalar]) -> Set<Int> {
        func after(_ matches: (Unicode.Scalar) -> Bool) -> Set<Int> {
            Set(places.filter { $0 < name.count && matches(name[$0]) }.map { $0 + 1 })
        }
        switch piece {
        case .literal(let scalar): return after { $0 == scalar }
        case .one: return after { _ in true }
        case .many: return places.min().map { Set($0...name.count) } ?? []
        case .letters(let range): return after(range.contains)
        case .numbers(let range, let width):
            return Set(places.flatMap { place in numberEnds(range, width, name[place...]).map { place + $0 } })
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
