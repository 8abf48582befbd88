// SPDX-License-Identifier: Apache-2.0

/// A picture for terminals that cannot show its signs.
enum PlainPicture {
    static func text(_ text: String) -> String { String(text.map { signs[$0] ?? $0 }) }

    private static let signs: [Character: Character] = [
        "│": "|", "─": "-", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
        "▼": "v",
        "→": ">",
    ]
}
