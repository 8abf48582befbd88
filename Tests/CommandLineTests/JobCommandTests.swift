// SPDX-License-Identifier: Apache-2.0

import Foundation
import StandardTasks
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

    @Test(
        "a request changes what its method changes, also in the list, in the sheet and through calls",
        arguments: [
            ("method: GET", "check"), ("method: POST", "change"), ("method: \"${params.method}\"", "change"),
            ("text: UP", "check"),
        ])
    func requests(method: String, effect: String) async throws {
        let job =
            "firstline: 1\ntitle: A\nparameters: {method: {type: text, default: GET}}\n"
            + "tasks: {a: {type: HTTPCheck, with: {url: \"http://x/\", \(method)}}}\n"
        let outer = "firstline: 1\ntitle: B\ntasks: {call: {type: ExecuteJOB, with: {job: a}}}\n"
        try await Cases.withFolder(["a.yaml": job, "b.yaml": outer]) { folder in
            var bench = Bench()
            bench.playbooks = folder
            bench.taskTypes = standardTaskTypes
            let list = await bench.run("job", "list", "-o", "csv").data
            #expect(list.contains("a,block,\(effect),A") && list.contains("b,block,\(effect),B"), "\(list)")
            let sheet = await bench.run("job", "show", "a", "-o", "json").data
            #expect(sheet.contains("\"effect\" : \"\(effect)\""), "\(sheet)")
        }
    }

    @Test("what a job works on is in the sheet: instances, and hosts where it works on those too")
    func target() async throws {
        func job(_ target: String) -> String {
            "firstline: 1\ntitle: A\n\(target)\ntasks: {a: {type: RunProgram, with: {program: /bin/true}}}\n"
        }
        let jobs = [
            "a.yaml": job(""), "b.yaml": job("target: tomcat"),
            "c.yaml": job("target: {software: tomcat, hosts: true}"),
        ]
        let texts = [
            "a": ("hosts", "true"), "b": ("instances of tomcat", "false"),
            "c": ("instances of tomcat, or the host where none is recorded", "true"),
        ]
        try await Cases.withFolder(jobs) { folder in
            var bench = Bench()
            bench.playbooks = folder
            for (name, (words, hosts)) in texts {
                let sheet = await bench.run("job", "show", name).data
                #expect(sheet.replacing(/\ +/, with: " ").contains("Works on \(words)\n"), "\(sheet)")
                let json = await bench.run("job", "show", name, "-o", "json").data
                #expect(json.contains("\"hosts\" : \(hosts)"), "\(json)")
            }
        }
    }
}
