// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Definitions

@Suite("Names, ranges and addresses")
struct NameTests {
    @Test(
        "a range stands for its names, with the width of its first number",
        arguments: [
            ("web", ["web"]), ("w[1-3]", ["w1", "w2", "w3"]), ("w[08-10].x", ["w08.x", "w09.x", "w10.x"]),
            ("[a-c]", ["a", "b", "c"]),
            ("w[1-1][a-b]", ["w1a", "w1b"]), ("w[9-11]", ["w9", "w10", "w11"]),
        ])
    func ranges(text: String, names: [String]) throws {
        #expect(try HostRange.members(of: text, separator: "-").map(\.name) == names)
    }

    @Test("a range of Ansible may have a step")
    func steps() throws {
        #expect(try HostRange.members(of: "w[01:07:3]", separator: ":").map(\.name) == ["w01", "w04", "w07"])
    }

    @Test(
        "what is no range is refused",
        arguments: [
            "w[", "w[]", "w[1]", "w[1-]", "w[-1]", "w[3-1]", "w[1-2-3]", "w[a-9]", "w[1-999999]", "w[1-999][1-999]",
            "w[ab-c]",
        ])
    func badRanges(text: String) {
        #expect(throws: HostRange.Mistake.self) { try HostRange.members(of: text, separator: "-") }
    }

    @Test(
        "an address is read with its user and port",
        arguments: [
            ("web", nil, "web", nil), ("ops@web", "ops", "web", nil), ("web:22", nil, "web", 22),
            ("a@b@web:1", "a@b", "web", 1),
            ("[::1]:22", nil, "::1", 22), ("[::1]", nil, "::1", nil), ("fe80::1%eth0", nil, "fe80::1%eth0", nil),
        ] as [(String, String?, String, Int?)])
    func addresses(text: String, user: String?, address: String, port: Int?) throws {
        let read = try #require(HostAddress(text))
        #expect(read.user == user && read.address == address && read.port == port)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "@web", "web:", "web:x", "web:0", "web:65536", "-web", "-x@web", "[::1", "[::1]22", "a b", "a:b:c",
            "web;x", "$(x)", "a/b",
        ])
    func badAddresses(text: String) {
        #expect(HostAddress(text) == nil)
    }

    @Test("circles are found, each once, however long the chains before them are")
    func circles() {
        #expect(cycles(in: [[], [0], [1]]) == [])
        #expect(cycles(in: [[1], [0]]) == [[0, 1]])
        #expect(cycles(in: [[0]]) == [[0]])
        #expect(cycles(in: [[2], [0], [1], [2], [5], [4, 3]]) == [[0, 1, 2], [4, 5]])
        let chain = (0..<100_000).map { $0 == 0 ? [] : [$0 - 1] }
        #expect(cycles(in: chain) == [])
        #expect(cycles(in: [[99_999]] + chain.dropFirst()).first?.count == 100_000)
    }

    @Test(
        "a pattern of ssh matches as ssh matches it",
        arguments: [
            ("web*", "web1", true), ("*", "", true), ("?", "", false), ("w?b", "web", true),
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "example.com", false), ("*a*b*", "xxaxxbxx", true), ("*a*b", "abc", false),
            ("web", "web1", false),
            ("**", "x", true), ("a*a", "a", false), ("a*ab", "aaab", true),
        ])
    func patterns(pattern: String, name: String, matches: Bool) {
        #expect(SSHPattern(pattern[...]).matches(name) == matches)
    }

    @Test("words are cut as a shell cuts them, with their columns")
    func words() {
        let words = ShellWords.split("a 'b c'\td  \"e \\\" f\" g\\ h '' # rest")
        #expect(words?.map(\.text) == ["a", "b c", "d", "e \" f", "g h", ""])
        #expect(words?.map(\.column) == [1, 3, 9, 12, 21, 26])
        #expect(ShellWords.split("a 'b") == nil)
        #expect(ShellWords.split("a#b #c")?.map(\.text) == ["a#b"])
    }

    @Test("of a host's groups the nearest comes first, and none before one that stands inside it")
    func lineage() {
        // 0 stands in 1, 1 in 2; 3 stands in 2.
        let parents = [[1], [2], [], [2]]
        func graph(_ order: GroupGraph.Order) -> GroupGraph {
            GroupGraph(names: ["a", "b", "c", "d"], priorities: [1, 1, 1, 1], parents: parents, order: order)
        }
        #expect(graph(.byDistance).lineage(of: [0]) == [0, 1, 2])
        #expect(graph(.byDistance).lineage(of: [2, 0]) == [0, 1, 2])
        #expect(graph(.byDistance).lineage(of: [3, 0]) == [3, 0, 1, 2])
        #expect(graph(.byDistance).lineage(of: []) == [])
        #expect(graph(.byDepth).lineage(of: [3, 0]) == [0, 3, 1, 2])
    }
}
