// SPDX-License-Identifier: Apache-2.0

import Model

extension String {
    /// The text as one safe line; colours of our own stay.
    ///
    /// What a host or a file says is shown, never obeyed.
    var printable: String { Colour.outside(self) { SafeText.line($0) } }

    /// The text as it leaves for a terminal or a file that a person reads: safe, with our own colours as the terminal knows them.
    var shown: String { Colour.outside(self, colour: { $0.sequence }) { SafeText.lines($0) } }

    /// The text without our own colours, and otherwise as it is.
    var uncoloured: String { Colour.outside(self, colour: { _ in "" }) { $0 } }
}
