// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

@Suite("What is nested too deep or too long is refused, and the process goes on")
struct DepthTests {
    private func message(_ text: String) throws -> String {
        let bench = try Workbench([:])
        do {
            _ = try Selection(on: text, in: bench.inventory)
            return "no problem"
        } catch {
            return "\(error)"
        }
    }

    @Test("selections with thousands of parentheses, nots and exclamation marks")
    func selections() throws {
        let deep = "the selection is nested more than 100 deep"
        #expect(
            try message(String(repeating: "(", count: 5000) + "web01" + String(repeating: ")", count: 5000)).contains(
                deep))
        #expect(try message(String(repeating: "not ", count: 5000) + "web01").contains(deep))
        #expect(try message("(" + String(repeating: "!(", count: 5000)).contains(deep))
        #expect(
            try message(String(repeating: "(", count: 99) + "web01" + String(repeating: ")", count: 99)) == "no problem"
        )
    }

    @Test("selections of many members are read, and longer ones are refused with what to write instead")
    func members() throws {
        for sign in [",", " or ", " and "] {
            let list = Array(repeating: "web01", count: 9_000).joined(separator: sign)
            #expect(try message(list) == "no problem")
        }
        let long = Array(repeating: "web01", count: 40_000).joined(separator: ",")
        #expect(try message(long).contains("the selection is longer than 100000 bytes; name a group (group=web)"))
    }

    @Test("selections of many patterns are refused")
    func patterns() throws {
        let text = Array(repeating: "web*", count: 1_001)
        #expect(try message(text.dropLast().joined(separator: ",")) == "no problem")
        #expect(
            try message(text.joined(separator: ",")).contains(
                "the selection has more than 1000 patterns; name a group (group=web) instead"))
    }

    @Test("a pattern of many stars is matched at once")
    func stars() throws {
        #expect(try message(String(repeating: "*w", count: 2_000)).contains("no host matches"))
        #expect(try message(String(repeating: "*", count: 5_000) + "01") == "no problem")
    }

    @Test("a range that goes to the largest number is matched without being counted")
    func range() throws {
        #expect(try message("web[00-9223372036854775807]") == "no problem")
    }

    @Test("chains of thousands of jobs")
    func jobs() throws {
        var playbooks: [String: String] = [:]
        for number in 0..<2_000 {
            playbooks["j\(number)"] =
                "firstline: 1\ntitle: x\ntasks:\n  a: "
                + (number < 1_999 ? "{type: ExecuteJOB, with: {job: j\(number + 1)}}\n" : "{type: Start}\n")
        }
        let problems = try Workbench(playbooks).problems("j0", on: "web01")
        #expect(problems.contains("jobs call each other more than 100 deep: j0 → j1 → j2 → …"), "\(problems)")
    }
}

@Suite("Text is cut by code points, so that no mark hides a sign")
struct CodePointTests {
    private static let mark = "\u{0301}"

    @Test(
        "a step .. of a path is found behind a sign that joins the slash",
        arguments: ["/a\u{0600}/../etc", "/a/..\u{0301}/../b", "/a/\u{0600}/../b"])
    func paths(text: String) {
        #expect(ValueKind.path.value(from: text) == nil)
    }

    @Test("a path and a list may hold joining marks")
    func values() {
        #expect(ValueKind.path.value(from: "/\(Self.mark)x") == .text("/\(Self.mark)x"))
        #expect(ValueKind.list.value(from: "a,\(Self.mark)b") == .list([.text("a"), .text("\(Self.mark)b")]))
    }

    @Test("a selection's signs count before a joining mark")
    func selections() throws {
        let text = "firstline: 1\nhosts:\n  web01: {labels: {a: \"\(Self.mark)x\"}}\n"
        let bench = try Workbench([:], inventory: text)
        #expect(try Selection(on: "label.a=\(Self.mark)x", in: bench.inventory).targets.count == 1)
        #expect(throws: (any Error).self) { try Selection(on: "web01,\(Self.mark)x", in: bench.inventory) }
    }
}
