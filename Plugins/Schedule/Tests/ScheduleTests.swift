// SPDX-License-Identifier: Apache-2.0

import Model
import ScheduleTask
import TaskKit
import TaskKitTesting
import Testing

@Suite("Schedule")
struct ScheduleTests {
    @Test(
        "does nothing when the job runs, and says in the plan whether it has a say", arguments: ["", "rules", "adHoc"])
    func nothing(kind: String) async throws {
        func text(_ text: String) -> Setting { Setting(.scalar(text, quoted: false)) }
        var entries: [Setting.Entry] = []
        if !kind.isEmpty { entries.append(.init("rules", Setting(.list([Setting(.map([.init("day", text("1"))]))])))) }
        if kind == "adHoc" { entries.append(.init("adHoc", text("true"))) }
        let task = try PreparedTask(Schedule(), ParameterValues(Setting(.map(entries))))
        #expect(try await task.run(.testing(session: ScriptedSession([:]))) == .succeeded(Report()))
        let said = kind == "rules" ? "nothing: it says when the job starts by itself" : "nothing"
        #expect(task.preview.map(\.text) == [said])
        #expect(Schedule().defaultPlacement == .controller)
    }
}
