// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CommandLineClient

@Suite("firstline job")
struct JobCommandTests {
    @Test("all jobs are listed, building blocks too", arguments: ["table", "wide", "json", "csv"])
    func list(form: String) async throws {
        let ended = await Bench().run("job", "list", "-o", form)
        #expect(ended.status == 0)
        try Cases.expect(ended.data, is: "Answers/job-list.\(form)")
    }

    @Test("a job shows its tasks, links and file", arguments: ["table", "json"])
    func show(form: String) async throws {
        let ended = await Bench().run("job", "show", "ops.rolling", "-o", form)
        #expect(ended.status == 0)
        try Cases.expect(ended.data, is: "Answers/job-show.\(form)")
    }

    @Test("outputs for callers stand in the sheet")
    func outputs() async {
        let ended = await Bench().run("job", "show", "mw.nginx.stop")
        #expect(ended.data.contains("was_running  ${steps.status.exitCode}"))
    }

    @Test("jobs that call each other in a circle can still be looked at")
    func circle() async throws {
        func job(_ other: String) -> String {
            "firstline: 1\ntitle: A\ntasks: {call: {type: ExecuteJOB, with: {job: \(other)}}}\n"
        }
        try await Cases.withFolder(["a.yaml": job("b"), "b.yaml": job("a")]) { folder in
            var bench = Bench()
            bench.playbooks = folder
            for words in [["job", "show", "a"], ["job", "list"], ["job", "graph", "a", "--open"]] {
                let ended = await bench.run(words)
                #expect(ended.status == 0, "\(words): \(ended.talk)")
            }
        }
    }

    @Test("a job without tasks of a known type still shows")
    func unknownType() async throws {
        let job = "firstline: 1\ntitle: A\ntasks: {a: {type: Nonsense}}\n"
        try await Cases.withFolder(["a.yaml": job]) { folder in
            var bench = Bench()
            bench.playbooks = folder
            let ended = await bench.run("job", "show", "a")
            #expect(ended.data.contains("Nonsense"))
        }
    }
}
