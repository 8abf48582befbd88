// SPDX-License-Identifier: Apache-2.0

import ExecuteJOBTask
import Model
import TaskKit
import TaskKitTesting
import Testing

@Suite("ExecuteJOB")
struct ExecuteJOBTests {
    @Test("in the foreground is a part of the plan")
    func foreground() async throws {
        let settings = Setting.map([
            "job": .text("mw.nginx.stop"), "values": .values(["force": "${params.force}"]), "expect": .text("error"),
            "concurrent": .text("false"),
        ])
        let task = try PreparedTask(ExecuteJOB(), ParameterValues(settings))
        #expect(
            task.call
                == JobCall(
                    job: "mw.nginx.stop", values: ["force": .text("${params.force}")], expects: .error,
                    allowsConcurrentRuns: false))
        await #expect(throws: TaskFailure.self) { try await task.run(.testing(session: ScriptedSession([:]))) }
    }

    @Test("in the background starts a run of its own")
    func background() async throws {
        let settings = Setting.values(["job": "os.report", "background": "true"])
        let task = try PreparedTask(ExecuteJOB(), ParameterValues(settings))
        var call = JobCall(job: "os.report")
        call.isInBackground = true
        #expect(task.call == call)
        #expect(try await task.run(.testing(session: ScriptedSession([:]))) == .startJob(call))
    }

    @Test(
        "refuses what cannot be planned",
        arguments: [
            ([:], "job"), (["job": ""], "job"), (["job": "${params.job}"], "job"),
            (["job": "a", "background": "${x}"], "background"),
            (["job": "a", "expect": "all"], "expect"), (["job": "a", "values": "x"], "values"),
            (["job": "a", "background": "true", "expect": "error"], "expect"),
            (["job": "a", "concurrent": "maybe"], "concurrent"),
        ] as [(KeyValuePairs<String, String>, String)])
    func wrong(pairs: KeyValuePairs<String, String>, path: String) {
        #expect {
            try ExecuteJOB().decode(ParameterValues(.values(pairs)))
        } throws: { error in
            (error as? ParameterError)?.path == path
        }
    }
}
