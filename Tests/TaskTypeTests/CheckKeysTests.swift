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

    @Test(
        "that other tools have in a task are refused with what is written instead, and where",
        arguments: [
            ("when", "write a task of type Condition before it, and after: {THAT_TASK: ok}"),
            ("register", "declare it under with.outputs; later tasks read ${steps.TASK.NAME}"),
            ("loop", "a task runs once on each target; give a list parameter to one script and loop there"),
            ("with_items", "a task runs once on each target; give a list parameter to one script and loop there"),
            ("ignore_errors", "write errorReflection: false, and after: {THIS_TASK: all} in the task that follows"),
            ("timeLimit", "it is a key of the task itself: write it beside with, not under it"),
        ])
    func foreign(key: String, hint: String) {
        let wrong = checkKeys(Setting(.map([.init("program", .text("x")), .init(key, .text("y"))])), specs)
        #expect(wrong.map(\.description) == ["\(key): is not known; \(hint)"])
        let inner = checkKeys(Setting(.map([.init(key, .text("y"))])), known: ["program"], at: "errorWhen")
        #expect(inner.map(\.message) == ["is not known; known are program"])
    }

    @Test("that are missing or empty are told")
    func missing() {
        #expect(checkKeys(Setting(.map([])), specs).map(\.description) == ["program: is missing"])
        #expect(checkKeys(Setting(.empty), specs).map(\.path) == ["program"])
        #expect(checkKeys(Setting(.map([.init("program", Setting(.empty))])), specs).map(\.path) == ["program"])
        #expect(checkKeys(.list("a"), specs).map(\.description) == ["must be a map, not a list"])
    }
}
