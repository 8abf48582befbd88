// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import RunProgramTask

@Suite("Values of a result line")
struct PairsMarkTests {
    @Test("may begin with a mark that joins the sign before it")
    func marks() throws {
        #expect(
            try pairs(in: "o=\u{0301}x p=\"\u{0301}y\" q=\"a\u{0301}\"") == [
                "o": .text("\u{0301}x"), "p": .text("\u{0301}y"), "q": .text("a\u{0301}"),
            ])
    }
}
