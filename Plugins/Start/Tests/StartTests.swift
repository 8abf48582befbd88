// SPDX-License-Identifier: Apache-2.0

import Model
import StartTask
import TaskKit
import TaskKitTesting
import Testing

@Suite("Start")
struct StartTests {
    @Test("does nothing, once")
    func nothing() async throws {
        let task = try PreparedTask(Start(), ParameterValues(Setting(.map([]))))
        #expect(try await task.run(.testing(session: ScriptedSession([:]))) == .succeeded(Report()))
        #expect(task.preview.isEmpty)
        #expect(Start().defaultPlacement == .controller)
    }

    @Test("says its note")
    func note() async throws {
        let note = Setting(.scalar("both begin", quoted: true))
        let task = try PreparedTask(Start(), ParameterValues(Setting(.map([.init("note", note)]))))
        let outcome = try await task.run(.testing(session: ScriptedSession([:])))
        #expect(outcome == .succeeded(Report(summary: Message("both begin"))))
    }
}
