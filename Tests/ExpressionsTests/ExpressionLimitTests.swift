// SPDX-License-Identifier: Apache-2.0

import Expressions
import Glibc
import Model
import Testing

@Suite("An expression stays small and quick")
struct ExpressionLimitTests {
    @Test(
        "and a larger one is refused",
        arguments: [
            (String(repeating: " ", count: 4097), "4096 characters"),
            (Array(repeating: "1", count: 200).joined(separator: "+"), "256 parts"),
            (String(repeating: "(", count: 33) + "1" + String(repeating: ")", count: 33), "32 deep"),
            (String(repeating: "not ", count: 40) + "true", "32 deep"),
            (String(repeating: "-", count: 40) + "1", "32 deep"),
            (String(repeating: "abs(", count: 33) + "1" + String(repeating: ")", count: 33), "32 deep"),
            (String(repeating: "[", count: 4000), "32 deep"), (String(repeating: "(", count: 4000), "32 deep"),
            (
                "'a' matches '" + String(repeating: "(", count: 60) + String(repeating: ")", count: 60) + "'",
                "too deeply nested"
            ),
        ])
    func size(text: String, part: String) {
        #expect {
            try Expression(text)
        } throws: { error in
            (error as? ExpressionError)?.message.contains(part) ?? false
        }
    }

    @Test("and the largest allowed one is evaluated")
    func largest() throws {
        let long = Array(repeating: "1", count: 128).joined(separator: "+")
        #expect(try Expression(long).evaluate(lookup) == .integer(128))
        let deep = String(repeating: "(", count: 32) + "1" + String(repeating: ")", count: 32)
        #expect(try Expression(deep).evaluate(lookup) == .integer(1))
    }

    @Test("and a text it makes is never longer than 64 KiB")
    func textLength() throws {
        let half: Value = .text(String(repeating: "x", count: 40_000))
        #expect(throws: EvaluationError.self) { try Expression("a + a").evaluate { _ in half } }
        #expect(throws: EvaluationError.self) {
            try Expression("upper(a)").evaluate { _ in .text(String(repeating: "x", count: 70_000)) }
        }
    }

    @Test(
        "and ends within 10 ms whatever it is given",
        arguments: [
            "a contains b", "a matches '(a+)+$'", "a matches '(a*)*b'", "a matches '[a-z]+='",
            "a matches 'a{0,300}a{0,300}b'",
            "lower(a) == b", "l contains b", "l == l", "version(a) > version(b)", "max(l)",
        ])
    func time(text: String) throws {
        let values: [String: Value] = [
            "a": .text(String(repeating: "a", count: 60_000)), "b": .text(String(repeating: "a", count: 30_000) + "b"),
            "l": .list(Array(repeating: .text("aaaaaaaa"), count: 100_000)),
        ]
        let expression = try Expression(text)
        // A pattern may take a quarter of a second of processor time before it is given up.
        let most: Duration = text.contains("matches") ? .seconds(2) : .milliseconds(200)
        #expect(processorTime { _ = try? expression.evaluate { values[$0.text, default: .null] } } < most)
    }

    @Test("and no text of random signs does more than fail", arguments: 0..<20)
    func random(seed: UInt64) {
        var generator = Seeded(state: seed)
        let pieces = [
            "a", "steps.x.y", "1", "2.5", "5s", "10MB", "'t'", "\"", "'", "(", ")", "[", "]", ",", "+", "-", "*", "/",
            "%", "==", "<",
            ">=", "and", "or", "not", "in", "matches", "contains", "null", "true", "abs(", "round(", "min(",
            "coalesce(", "${", "}", " ",
            "한", "\u{0}", "$", "9223372036854775807", "e", ".",
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 1...12, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined(separator: " ")
            _ = try? Expression(text).evaluate { _ in .integer(.min) }
            _ = try? Template(text).fill { _ in .text("${1 + 1}") }
            _ = try? Comparison(text, as: .number).holds(for: .integer(.min))
        }
    }

    @Test(
        "and never reads a value as an expression",
        arguments: [
            "1 + 1", "${params.x}", "$${x}", "'; rm -rf /", "a and b", "params.password", "(?C)", "null", "true",
        ])
    func dataIsData(text: String) throws {
        let hostile: Lookup = { (_: Reference) throws(EvaluationError) in .text(text) }
        #expect(try Expression("steps.x.y").evaluate(hostile) == .text(text))
        #expect(try Expression("coalesce(steps.x.y, 'z')").evaluate(hostile) == .text(text))
        #expect(try Expression("'a' + steps.x.y").evaluate(hostile) == .text("a" + text))
        #expect(try Template("${steps.x.y}").value(hostile) == .text(text))
        #expect(try Template("a ${steps.x.y} ${steps.x.y}").fill(hostile) == "a \(text) \(text)")
    }
}

/// The processor time this thread uses for some work: other work on the machine does not count.
func processorTime(_ work: () -> Void) -> Duration {
    func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
    let start = now()
    work()
    return now() - start
}

/// Random numbers that are the same for the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
