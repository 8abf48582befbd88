// SPDX-License-Identifier: Apache-2.0

import HOLDTask
import Model
import TaskKit
import TaskKitTesting
import Testing

@Suite("HOLD")
struct HOLDTests {
    private func hold(_ settings: Setting) async throws -> Hold? {
        let task = try PreparedTask(HOLD(), ParameterValues(settings, isFilled: true))
        let outcome = try await task.run(.testing(session: ScriptedSession([:]), onController: true))
        guard case .waitForPerson(let hold) = outcome else { return nil }
        return hold
    }

    @Test("asks the approvers in their language and gives up when the time is over")
    func full() async throws {
        let settings = Setting.map([
            "message": .values(["en": "Go on?", "ko": "계속할까요?"]), "approvers": .list("kim", "sato"),
            "longestWait": .text("30m"),
            "onExpiry": .text("kill"),
        ])
        let wanted = Hold(
            prompt: Localized([.english: "Go on?", .korean: "계속할까요?"]), approvers: ["kim", "sato"],
            longestWait: .seconds(1800),
            onExpiry: .kill)
        #expect(try await hold(settings) == wanted)
        let task = try PreparedTask(HOLD(), ParameterValues(settings))
        #expect(task.preview.map(\.text) == ["wait for release by kim, sato, at most 30m, then kill"])
    }

    @Test("waits for ever for anyone, and never passes by itself, unless it is told to")
    func defaults() async throws {
        #expect(try await hold(.values(["message": "Go on?"])) == Hold(prompt: "Go on?"))
        #expect(try await hold(.values(["message": "Go on?", "longestWait": "0"])) == Hold(prompt: "Go on?"))
        #expect(Hold(prompt: "").onExpiry == .error)
    }

    @Test(
        "refuses what is written wrong",
        arguments: [
            ([:], "message"), (["message": "x", "onExpiry": "ignore"], "onExpiry"),
            (["message": "x", "longestWait": "soon"], "longestWait"),
            (["message": "x", "approvers": ""], "approvers"),
        ] as [(KeyValuePairs<String, String>, String)])
    func wrong(pairs: KeyValuePairs<String, String>, path: String) {
        #expect {
            try HOLD().decode(ParameterValues(.values(pairs)))
        } throws: { error in
            (error as? ParameterError)?.path == path
        }
    }

    @Test("refuses a message without English or in an unknown language")
    func languages() {
        for pairs in [["ko": "계속?"], ["en": "x", "fr": "y"]] as [KeyValuePairs<String, String>] {
            #expect(throws: ParameterError.self) {
                try HOLD().decode(ParameterValues(.map(["message": .values(pairs)])))
            }
        }
    }
}
