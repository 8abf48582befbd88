// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Model
import Storage
import Testing

@testable import CommandLineClient

@Suite("What commands read")
struct LoadingTests {
    private func values(_ words: String...) throws -> [String: Setting] { try givenValues(ValueOptions.parse(words)) }

    @Test("what stands after name= is the value itself, whatever it looks like")
    func literal() throws {
        let given = try values(
            "-e", "a=@/etc/passwd", "-e", "b=${params.a}", "-e", "c=x=y", "-e", "d=", "--var", "e=[1, 2]")
        #expect(
            given.mapValues(\.text) == ["a": "@/etc/passwd", "b": "${params.a}", "c": "x=y", "d": "", "e": "[1, 2]"])
    }

    @Test("values come from files too, and what is given later or by name counts more")
    func files() async throws {
        try await Cases.withFolder(["a.yaml": "one: 1\ntwo: [x, y]\nthree: 3\n", "b.yaml": "one: 2\n"]) { folder in
            let given = try values("-e", "three=4", "--vars-from", folder + "/a.yaml", "-e", "@\(folder)/b.yaml")
            #expect(given["one"]?.text == "2")
            #expect(given["two"]?.plainValue == .list([.text("x"), .text("y")]))
            #expect(given["three"]?.text == "4")
            #expect(given["one"]?.place?.file == folder + "/b.yaml")
        }
    }

    @Test("a value without a name is refused, and its text is not repeated", arguments: ["hunter2", "=hunter2"])
    func unnamed(text: String) {
        let failure = #expect(throws: CommandFailure.self) { try values("-e", text) }
        #expect(failure?.status == .usage)
        #expect(failure?.description.contains("hunter2") == false)
    }

    @Test("a file of values that is missing or is no map is refused")
    func badFiles() async throws {
        #expect(throws: CommandFailure.self) { try values("-e", "@/nonexistent.yaml") }
        try await Cases.withFolder(["list.yaml": "- 1\n", "bad.yaml": "a: [\n", "empty.yaml": ""]) { folder in
            let failure = #expect(throws: CommandFailure.self) { try values("-e", "@\(folder)/list.yaml") }
            #expect(
                failure?.description.contains("list.yaml:1:1: error: values must be a map of names to values") == true)
            #expect(throws: CommandFailure.self) { try values("--vars-from", folder + "/bad.yaml") }
            let nothing = try values("--vars-from", folder + "/empty.yaml")
            #expect(nothing == [:])
        }
    }

    @Test("one job is read with those it calls, and with every problem of them")
    func oneJob() throws {
        let options = try CommonOptions.parse(["--playbooks", Cases.path("Playbooks")])
        let library = try loadJobs(options, only: "mw.nginx.restart")
        #expect(library.all.map(\.id) == ["mw.nginx.restart", "mw.nginx.start", "mw.nginx.stop"])
        let broken = try CommonOptions.parse(["--playbooks", Cases.path("Broken")])
        let failure = #expect(throws: CommandFailure.self) { try loadJobs(broken, only: "os.keys") }
        #expect(failure?.description.split(separator: "\n").count == 4)
    }

    @Test("a shell is offered the jobs and hosts that begin as it was typed")
    func completion() {
        let words = [
            "firstline", "unit", "show", "--playbooks", Cases.path("Playbooks"), "-i",
            Cases.path("Inventories/Hosts.yaml"), "",
        ]
        #expect(Completion.jobs(words, 7, "mw.nginx.sto") == ["mw.nginx.stop"])
        #expect(Completion.hosts(words, 7, "web") == ["web01", "web02"])
        #expect(Completion.hosts(["-i", "-"], 2, "") == [])
        let schedules = ["-s", Cases.path("Schedules/schedules.yaml"), "--playbooks", Cases.path("Playbooks")]
        #expect(Completion.schedules(schedules, 2, "pay") == ["payday"])
        #expect(Completion.calendars(schedules, 2, "") == ["kr", "weekdays"])
    }

    @Test("a shell is offered runs and planned starts, and nothing where there is no store")
    func storedCompletion() async throws {
        let bench = Bench()
        let words = ["firstline", "run", "get", "--data", "/nonexistent", ""]
        #expect(await bench.offers(Completion.runs, words, "") == [])
        let plan = Plan(
            job: "a.b", title: "a", lanes: [], hosts: [], targetCount: 0, scopes: [], laneSets: [[]], steps: [],
            parallel: 1, stopAfter: nil, allowsConcurrentRuns: true)
        for (id, state, time) in [("20261201-a", RunState.running, 1), ("20261202-b", .succeeded, 2)] {
            let run = Run(
                id: RunID(id), job: "a.b", planDigest: "", state: state, operatorName: "kim",
                createdAt: Instant(microseconds: Int64(time)))
            try await bench.store.create(run, plan: plan)
        }
        #expect(await bench.offers(Completion.runs, words, "") == ["20261202-b", "20261201-a", "last"])
        #expect(await bench.offers(Completion.runs, words, "20261201") == ["20261201-a"])
        #expect(await bench.offers(Completion.openRuns, words, "2") == ["20261201-a"])
        let slots = [("night@1", Slot.State.planned), ("night@2", .skipped), ("noon@1", .held)].map { name, state in
            Slot(
                id: SlotID(name), schedule: "night", job: "a.b", day: Day(number: 20_000),
                startsAt: Instant(microseconds: 1), origin: Sentence(verbatim: ""), state: state)
        }
        await bench.store.plan(slots)
        #expect(await bench.offers(Completion.slots, words, "") == ["night@1", "noon@1"])
        #expect(await bench.offers(Completion.slots, words, "noo") == ["noon@1"])
    }
}
