// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import CommandLineClient

@Suite("firstline task-type")
struct TaskTypeCommandTests {
    @Test("task types are listed by name", arguments: ["table", "wide", "name"])
    func list(form: String) async throws {
        let ended = await Bench().run("task-type", "list", "-o", form)
        #expect(ended.status == 0)
        try Cases.expect(ended.data, is: "Answers/task-type-list.\(form)")
    }

    @Test("a task type shows its parameters, outputs and example", arguments: ["table", "json", "yaml"])
    func show(form: String) async throws {
        let ended = await Bench().run("task-type", "show", "RunProgram", "-o", form)
        #expect(ended.status == 0)
        try Cases.expect(ended.data, is: "Answers/task-type-show.\(form)")
    }

    @Test("its summary is in the person's language")
    func language() async {
        let ended = await Bench().run("task-type", "show", "RunProgram", "--lang", "ko")
        #expect(ended.data.hasPrefix("RunProgram  대상마다 프로그램을 실행합니다.\n"))
    }

    @Test("an unknown task type is a wrong command line, with the one that was probably meant")
    func unknown() async {
        let ended = await Bench().run("task-type", "show", "runprogam")
        #expect(ended.status == 64)
        #expect(ended.talk == "firstline: there is no task type 'runprogam'; did you mean 'RunProgram'?\n")
    }

    @Test("an external task type is listed with its origin, and cannot take a name that ships")
    func external() async {
        var bench = Bench()
        bench.external = [StandInTask(name: "DiskUsage"), StandInTask(name: "RunProgram")]
        let ended = await bench.run("task-type", "list", "-o", "wide")
        #expect(ended.data.contains(/DiskUsage .* a plug-in folder/))
        #expect(ended.data.split(separator: "\n").count { $0.hasPrefix("RunProgram ") } == 1)
        #expect(ended.talk.contains("there is a task type RunProgram already"))
    }
}
