// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit
import TaskKitTesting
import Testing

@Suite("Keys under with")
struct CheckKeysTests {
    private let specs = [
        ParameterSpec("program", .value(.text), required: true, "x"), ParameterSpec("errorWhen", .any, "x"),
        ParameterSpec("directory", .value(.path), "x"),
    ]

    @Test(
        "that are misspelled are refused with what was probably meant",
        arguments: [
            ("progam", "program"), ("prorgam", "program"), ("errorwhen", "errorWhen"), ("directry", "directory"),
            ("xyz", nil), ("dir", nil),
        ] as [(String, String?)])
    func misspelled(key: String, meant: String?) {
        let wrong = checkKeys(Setting(.map([.init("program", .text("x")), .init(key, .text("y"))])), specs)
        #expect(wrong.map(\.path) == [key])
        #expect(
            wrong.first?.message.contains(
                meant.map { "did you mean '\($0)'" } ?? "known are program, errorWhen, directory") == true)
    }

    @Test("that are missing or empty are told")
    func missing() {
        #expect(checkKeys(Setting(.map([])), specs).map(\.description) == ["program: is missing"])
        #expect(checkKeys(Setting(.empty), specs).map(\.path) == ["program"])
        #expect(checkKeys(Setting(.map([.init("program", Setting(.empty))])), specs).map(\.path) == ["program"])
        #expect(checkKeys(.list("a"), specs).map(\.description) == ["must be a map, not a list"])
    }
}
