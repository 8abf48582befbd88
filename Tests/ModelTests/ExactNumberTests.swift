// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@Suite("Exact numbers")
struct ExactNumberTests {
    @Test(
        "are equal whatever way they are written",
        arguments: [
            ("1", "1.0"), ("1.10", "1.1"), ("100", "1e2"), ("0.001", "1E-3"), ("-0", "0"), ("0e9", "0"),
            ("-12", "-1.2e1"),
            ("18446744073709551616", "18446744073709551616.0"),
        ])
    func same(one: String, two: String) {
        #expect(ExactNumber(one) != nil)
        #expect(ExactNumber(one) == ExactNumber(two))
    }

    @Test(
        "are not rounded",
        arguments: [
            ("9007199254740993", "9007199254740992"), ("1", "-1"), ("1", "10"), ("0.1", "0.10000000000000000000001"),
        ])
    func different(one: String, two: String) { #expect(ExactNumber(one) != ExactNumber(two)) }

    @Test(
        "are nothing else", arguments: ["", "-", "1.", ".5", "1e", "1e99999999", "+1", "0x10", " 1", "1 ", "inf", "٣"])
    func others(text: String) { #expect(ExactNumber(text) == nil) }
}
