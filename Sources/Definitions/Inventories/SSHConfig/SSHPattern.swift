// SPDX-License-Identifier: Apache-2.0

/// A pattern as ssh writes it: `*` stands for any text, `?` for any character, `!` in front excludes.
struct SSHPattern {
    let text: String
    let isExcluding: Bool
    private let pieces: [UInt8]

    init(_ written: Substring) {
        isExcluding = written.hasPrefix("!")
        text = String(isExcluding ? written.dropFirst() : written)
        pieces = Array(text.utf8)
    }

    /// Whether the pattern names one host.
    var isName: Bool { !isExcluding && !pieces.contains(star) && !pieces.contains(question) }

    /// Whether the pattern's text, without `!`, matches a name.
    func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        var (position, piece) = (0, 0)
        // Where to go on when what follows the last star does not fit.
        var retry: (piece: Int, position: Int)?
        while position < name.count {
            if piece < pieces.count, pieces[piece] == star {
                retry = (piece, position)
                piece += 1
            } else if piece < pieces.count, pieces[piece] == question || pieces[piece] == name[position] {
                piece += 1
                position += 1
            } else if let last = retry {
                retry = (last.piece, last.position + 1)
                (piece, position) = (last.piece + 1, last.position + 1)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == star }
    }

    /// Whether a list of patterns matches a name: one must, and none that excludes may.
    static func matches(_ patterns: [SSHPattern], _ name: String) -> Bool {
        !patterns.contains { $0.isExcluding && $0.matches(name) }
            && patterns.contains { !$0.isExcluding && $0.matches(name) }
    }
}

private let star = UInt8(ascii: "*")
private let question = UInt8(ascii: "?")
