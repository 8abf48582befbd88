// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

/// Nothing a file holds may crash a reader: each seed makes one file, and reading it must come to an end.
@Suite("Random input")
struct RandomInputTests {
    private static let seeds: UInt64 = 2000

    @Test("random bytes never crash a reader")
    func bytes() {
        for seed in 0..<Self.seeds {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 0...200, using: &random)
            readAll((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }, seed)
        }
    }

    @Test("random pieces of syntax never crash a reader")
    func pieces() {
        let pieces = [
            "firstline: 1\n", "hosts:", "groups: ", "tasks:", "  ", "\n", "- ", ": ", "? ", "*a", "&a ", "!!str ",
            "!x ", "[", "]", "{", "}",
            ",", "\"", "'", "|\n", ">-\n", "#", "---\n", "...\n", "%YAML 1.2\n", "\t", "a", "b: c\n", "web[1-3]",
            "[web:vars]\n", "x=y ",
            "Host *\n", "Include x\n", "Match all\n", "${x}", "\\u12", "\u{85}", "\u{2028}", "가", "😀", "\r\n", "~",
            "<<: ", "host,", ";",
            "\u{FEFF}", "jump: ", "children: ", "after: ", "type: ",
        ]
        for seed in 0..<Self.seeds {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 0...60, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            readAll(Array(text.utf8), seed)
        }
    }

    @Test("stored cases with random changes never crash a reader")
    func changes() throws {
        let files = CaseFile.all(in: "Playbooks") + CaseFile.all(in: "Inventories")
        for seed in 0..<Self.seeds {
            var random = SeededGenerator(seed: seed)
            let file = try #require(files.randomElement(using: &random))
            var bytes = try Files.read(file.path, limit: 1_000_000)
            for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes, &random) }
            readAll(bytes, seed)
        }
    }

    private func change(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let position = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, position + Int.random(in: 0...8, using: &random))
        switch Int.random(in: 0...3, using: &random) {
        case 0: bytes.removeSubrange(position..<end)
        case 1:
            bytes.insert(
                contentsOf: bytes[position..<end],
                at: bytes.isEmpty ? 0 : Int.random(in: 0...bytes.count, using: &random))
        case 2: bytes.insert(Array(" \n:-[]{}\"'*&?,#|=".utf8).randomElement(using: &random) ?? 0, at: position)
        default: bytes.swapAt(bytes.isEmpty ? 0 : min(position, bytes.count - 1), bytes.isEmpty ? 0 : bytes.count - 1)
        }
    }

    private func readAll(_ bytes: [UInt8], _ seed: UInt64) {
        let playbook = PlaybookReader.read(bytes, file: "x.yaml", id: "x")
        #expect(playbook.job != nil || playbook.problems.hasErrors, "seed \(seed)")
        let reader = InventoryReader(home: "/home/ops")
        for format in InventoryFormat.allCases {
            let (inventory, problems) = reader.read(bytes, file: "-", format: format)
            for problem in problems.all {
                #expect(problem.place.map { $0.line > 0 && $0.column > 0 } ?? true, "seed \(seed)")
            }
            #expect(Set(inventory.hosts.map(\.name)).count == inventory.hosts.count, "seed \(seed)")
        }
    }
}
