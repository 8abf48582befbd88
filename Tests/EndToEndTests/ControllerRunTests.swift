// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The rows of a table, without the column TIME: each its fields, joined by ` | `.
func rows(of table: String) -> [String] {
    let lines = table.split(separator: "\n").map { $0.split(separator: /[ ]{2,}/).map(String.init) }
    guard let time = lines.first?.firstIndex(of: "TIME") else { return [] }
    return lines.dropFirst().map { fields in
        fields.enumerated().filter { $0.offset != time || !$0.element.hasSuffix("s") }.map(\.element).joined(
            separator: " | ")
    }
}

@Suite("What runs once, on the controller", .serialized)
struct ControllerRunTests {
    private let compare = "{type: CompareValue, with: {value: \"${params.n}\", operator: \"==\", to: \"1\"}}"

    @Test("needs no hosts and no inventory, is shown step by step, and is called through other jobs")
    func withoutHosts() throws {
        let product = try Product(hosts: 1)
        let inner = try product.playbook(
            "inner", "parameters: {n: {type: text}}\ntasks:\n  look: \(compare)\n")
        let job = try product.playbook(
            "front",
            "parameters: {n: {type: text}}\ntasks:\n  first: \(compare)\n  call: {type: ExecuteJOB, with: {job: \(inner)}}\n"
        )
        let none = ["FIRSTLINE_INVENTORY": ""]
        let plan = try product.run("plan", job, "-e", "n=1", with: none)
        #expect(plan.code == 0 && plan.output.contains("\nwithout targets\n"), "\(plan)")
        let run = try product.run("run", job, "-e", "n=1", "--quiet", with: none)
        #expect(run.code == 0, "\(run)")
        #expect(rows(of: run.output).prefix(2) == ["controller | OK | no | first", "controller | OK | no | call/look"])
        #expect(run.output.contains(/\nrun \S+ OK in \S+\n/), "\(run.output)")
        let contract = try product.directory.write(
            try product.run("plan", job, "-e", "n=1", "-o", "json").output, to: "plan.json")
        #expect(try product.run("run", "--plan", contract, "--quiet").code == 0)
        // Also where hosts are selected that no step works on.
        let once = try product.playbook(
            "once",
            "tasks:\n  ok: {type: CompareValue, on: controller, with: {value: \"1\", operator: \"==\", to: \"1\"}}\n")
        let hosts = try product.run("run", once, "--on", "all", "--quiet")
        #expect(hosts.code == 0 && rows(of: hosts.output).contains("controller | OK | no | ok"), "\(hosts)")
    }

    @Test("says in the ordinary view why it failed, beside targets that were not reached by the flow, and ends with 1")
    func failure() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook(
            "down",
            "tasks:\n  front: {type: HTTPCheck, with: {url: \"http://127.0.0.1:1/\"}}\n  work: {type: RunProgram, with: {program: /bin/true}}\n"
        )
        #expect(try product.run("run", job).errors.contains("say which hosts: --on web[01-20]"))
        let alone = try product.playbook(
            "alone", "tasks:\n  front: {type: HTTPCheck, with: {url: \"http://127.0.0.1:1/\"}}\n")
        for words in [["run", alone, "--quiet"], ["run", job, "--on", "web01", "--quiet"]] {
            let run = try product.run(words)
            #expect(run.code == 1, "\(run)")
            #expect(run.output.contains(/\ncontroller +FAILED +no +\S+ +front: .*connect/), "\(run.output)")
        }
        // What ran well beside targets that did something is not in the way.
        let fine = try product.playbook(
            "fine",
            "tasks:\n  ok: {type: CompareValue, with: {value: \"1\", operator: \"==\", to: \"1\"}}\n  work: {type: RunProgram, effect: check, with: {program: /bin/true}}\n"
        )
        let run = try product.run("run", fine, "--on", "web01", "--quiet")
        #expect(run.code == 0 && !run.output.contains("controller"), "\(run)")
    }
}

@Suite("A person at a gate between batches", .serialized)
struct RejectedGateTests {
    @Test("who says no stops the batches to come: good targets stay OK, the others say who said no and why")
    func rejected() throws {
        let product = try Product(hosts: 3)
        _ = try product.playbook("ask", "tasks:\n  ask: {type: HOLD, with: {message: \"Go on with the others?\"}}\n")
        let job = try product.playbook(
            "rolling",
            "batch: 1\nbetween: {job: test.ask}\ntasks:\n  work: {type: RunProgram, with: {program: /bin/true}}\n")
        let said = product.directory.path + "/said"
        let client = try product.start("run", job, "--on", "all", "--yes", "--quiet", errors: said)
        try product.wait("it is held") {
            try product.run("run", "get", "last").output.contains(
                "between-1/ask waits for a person: Go on with the others?")
        }
        let no = try product.run("run", "release", "last", "--reject", "--reason", "the first one looks bad")
        #expect(no.errors.contains("rejected: between-1/ask"), "\(no)")
        client.waitUntilExit()
        #expect(client.terminationStatus == 1)
        let shown = try product.run("run", "get", "last")
        #expect(
            rows(of: shown.output).prefix(4) == [
                "web01 | OK | yes",
                "web02 | skipped | no | batch-2/work: not begun: tester said no: the first one looks bad",
                "web03 | skipped | no | batch-3/work: not begun: tester said no: the first one looks bad",
                "controller | FAILED | no | between-1/ask: tester said no: the first one looks bad",
            ], "\(shown.output)")
        #expect(shown.output.contains(/\nrun \S+ FAILED: 1 OK, 2 skipped in \S+\n/), "\(shown.output)")
        let wide = try product.run("run", "get", "last", "-o", "wide").output
        #expect(
            wide.contains(/controller +between-1\/ask +FAILED .*rejected +tester said no: the first one looks bad/),
            "\(wide)")
        #expect(wide.contains(/web02 +batch-2\/work +skipped .*gate-closed +not begun: tester said no/), "\(wide)")
        #expect(wide.contains(/tester +rejected +between-1\/ask +the first one looks bad/), "\(wide)")
        let document = try product.run("run", "get", "last", "-o", "json").json()
        #expect(document.targets.map { $0.text("reason") } == ["", "gate-closed", "gate-closed"])
        let japanese = try product.run("run", "get", "last", with: ["LANG": "ja_JP.UTF-8"]).output
        #expect(japanese.contains(/web01 +正常/) && japanese.contains(/web02 +スキップ/), "\(japanese)")
    }
}
