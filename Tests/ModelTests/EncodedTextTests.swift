// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@Suite("Texts in other character sets")
struct EncodedTextTests {
    @Test("are read by the set's name")
    func read() {
        #expect(String([0xC1, 0xA4, 0xBB, 0xF3], charset: "EUC-KR") == "정상")
        #expect(String([0x90, 0xB3, 0x8F, 0xED], charset: "Shift_JIS") == "正常")
        #expect(String([0x6C, 0xE4, 0x75, 0x66, 0x74], charset: "ISO-8859-1") == "läuft")
        #expect(String(Array(repeating: [0xBB, 0xF3], count: 5000).flatMap(\.self), charset: "euc-kr")?.count == 5000)
    }

    @Test("keep what is good beside bytes that mean nothing")
    func damaged() {
        #expect(String([0x61, 0xFF, 0x62], charset: "EUC-KR") == "a\u{FFFD}b")
        #expect(String([0x61, 0xC1], charset: "EUC-KR") == "a\u{FFFD}")
    }

    @Test("are refused where the set is not known", arguments: ["", "x-none", "UTF-8//IGNORE", "EUC-KR,UTF-8", "../x"])
    func unknown(charset: String) { #expect(String([0x61], charset: charset) == nil) }
}
