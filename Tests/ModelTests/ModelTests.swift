// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Testing

@Suite("Words as values")
struct ModelTests {
    @Test(
        "durations are read as people write them",
        arguments: [
            ("90s", 90_000), ("5m", 300_000), ("1h30m", 5_400_000), ("500ms", 500), ("2d", 172_800_000), ("42", 42_000),
        ])
    func durations(text: String, milliseconds: Int64) {
        #expect(Duration(written: text)?.milliseconds == milliseconds)
    }

    @Test("what is no duration is refused", arguments: ["", "s", "5x", "-5", "1e9d", "5 m", "99999999999d"])
    func noDurations(text: String) {
        #expect(Duration(written: text) == nil)
    }

    @Test(
        "values of each kind are read, and what is none is refused",
        arguments: [
            (ValueKind.integer, "42", "4.2"), (.number, "1.5", "x"), (.bool, "true", "yes"),
            (.size, "10MB", "10 apples"),
            (.path, "/etc/nginx", "/etc/../shadow"), (.secret, "env:PASSWORD", "hunter2"), (.duration, "5m", "soon"),
            (.text, "any", "a\u{0}b"),
        ])
    func kinds(kind: ValueKind, good: String, bad: String) {
        #expect(kind.value(from: good) != nil)
        #expect(kind.value(from: bad) == nil)
    }

    @Test("a secret never shows as text")
    func secrets() {
        #expect(ValueKind.secret.value(from: "env:DB_PASSWORD")?.text == "•••")
    }

    @Test(
        "versions compare number by number",
        arguments: [
            ("9.0.9", "9.0.10"), ("9.0", "9.0.1"), ("10.1", "10.2-rc1"), ("1.9", "1.10"), ("8u20", "8u121"),
        ])
    func versions(older: String, newer: String) {
        #expect(Version(older) < Version(newer))
        #expect(Version("9.0") == Version("9.00"))
    }

    @Test(
        "values survive being written and read",
        arguments: [
            Value.null, .text("가\n\"x"), .integer(-3), .number(1.5), .bool(true), .duration(.milliseconds(1500)),
            .size(1024),
            .list([.integer(1), .text("a")]), .secret(.file("/run/secret")), .secret(.prompt),
        ])
    func valuesRoundTrip(value: Value) throws {
        let data = try JSONEncoder().encode(["v": value])
        #expect(try JSONDecoder().decode([String: Value].self, from: data)["v"] == value)
    }

    @Test("a length beyond any clock is cut to what fits, and does no harm")
    func hugeDuration() throws {
        let value = try JSONDecoder().decode(Value.self, from: Data(#"{"duration": 1e300}"#.utf8))
        #expect(value == .duration(.microseconds(9_000_000_000_000_000_000)))
    }

    @Test("instants are written as ISO 8601 in UTC")
    func instants() {
        #expect(Instant(microseconds: 0).description == "1970-01-01T00:00:00.000Z")
        #expect(Instant(microseconds: 1_709_210_096_789_000).description == "2024-02-29T12:34:56.789Z")
        #expect(Instant(microseconds: -1).description == "1969-12-31T23:59:59.999Z")
    }

    @Test("a text is filled in the operator's language, and English stands in for a missing one")
    func localized() {
        let text = Localized([.english: "{n} of {m}", .korean: "{m} 중 {n}"])
        #expect(text.filled(with: ["n": .integer(1), "m": .integer(3)], in: .korean) == "3 중 1")
        #expect(text.filled(with: ["n": .integer(1)], in: .japanese) == "1 of {m}")
    }

    @Test(
        "a final state is followed by none but unknown, which a host may be asked about, and waiting never comes back")
    func states() {
        for state in StepState.allCases {
            #expect(!state.next.contains(.waiting))
            #expect(state.isFinal == (state.next.isEmpty || state == .unknown))
        }
    }
}
