// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

private func playbook(_ body: String) -> String { "firstline: 1\ntitle: {en: Test}\n" + body }

private let inner = playbook(
    """
    parameters:
      n: {type: integer, min: 1, max: 9}
      dir: {type: path, default: /srv}
      name: {type: text, pattern: "[a-z]+", default: a}
      mode: {type: choice, choices: [fast, smart], default: fast}
      items: {type: list, default: []}
    tasks:
      say: {type: RunProgram, with: {program: /bin/echo, arguments: ["${params.n}", "${params.dir}", "${params.name}"]}}
    """)

private func caller(_ parameters: String, _ values: String) -> String {
    playbook(
        "parameters:\n  zero: {type: text, default: \"0\"}\n\(parameters)\ntasks:\n"
            + "  look: {type: RunProgram, with: {script: {text: \"true\"}, outputs: {n: {type: integer}, dir: {type: text}}}}\n"
            + "  call: {type: ExecuteJOB, with: {job: inner, values: {\(values)}}}\n")
}

@Suite("A called job's parameters")
struct CalledJobTests {
    @Test(
        "judge every value that is known while planning, wherever it comes from",
        arguments: [
            (
                "  n: {type: integer, default: 12}", "",
                "inner: the parameter 'n' must be at most 9, not 12 (from the parameter of the same name in job)"
            ),
            (
                "  big: {type: integer, default: 12}", "n: \"${params.big}\"",
                "inner: the parameter 'n' must be at most 9, not 12"
            ),
            (
                "  t: {type: text, default: x}", "n: \"${params.t}\"",
                "inner: the parameter 'n' must be a whole number such as 42, not 'x'"
            ),
            (
                "  t: {type: text, default: ../x}", "n: 1, dir: \"/a/${params.t}\"",
                "inner: the parameter 'dir' must be an absolute path without '..'"
            ),
            (
                "  name: {type: text, default: A1}", "n: 1",
                "inner: the parameter 'name' must match [a-z]+, and 'A1' does not"
            ),
            (
                "  mode: {type: text, default: slow}", "n: 1",
                "inner: the parameter 'mode' must be one of fast, smart, not 'slow'"
            ),
            (
                "  l: {type: list, default: [a, b]}", "n: 1, name: \"${params.l}\"",
                "inner: the parameter 'name' must be text without NUL, not a list"
            ),
            (
                "", "n: 1, name: \"${host.name}\"",
                "inner: the parameter 'name' must match [a-z]+, and 'web01' does not, for web01"
            ),
            ("", "n: 12", "the parameter 'n' must be at most 9, not 12"),
            (
                "", "n: 1, items: [\"${steps.look.n}\"]",
                "is a list whose items are not known while planning; write it as one value, such as ${[steps.look.first, 'second']}"
            ),
        ])
    func known(parameters: String, values: String, message: String) throws {
        let bench = try Workbench(["job": caller(parameters, values), "inner": inner])
        let problems = bench.problems(on: "web01,web02")
        #expect(problems.contains(message), "\(problems)")
        #expect(problems.contains("job.yaml:"), "\(problems)")
        #expect(problems.contains("tasks/call/with/values/"), "\(problems)")
    }

    @Test(
        "judge what a step hands over when it is filled in",
        arguments: [
            (Value.integer(12), Value.text("/srv"), "the parameter 'n' must be at most 9, not 12"),
            (
                .integer(3), .text("/srv/../etc"),
                "the parameter 'dir' must be an absolute path without '..', NUL or newline, not '/srv/../etc'"
            ),
            (
                .integer(3), .text("etc"),
                "the parameter 'dir' must be an absolute path without '..', NUL or newline, not 'etc'"
            ),
            (.null, .text("/srv"), "the parameter 'n' needs a value, and '${steps.look.n}' gives none"),
        ])
    func later(number: Value, path: Value, message: String) throws {
        let bench = try Workbench([
            "job": caller("", "n: \"${steps.look.n}\", dir: \"${steps.look.dir}\""), "inner": inner,
        ])
        let plan = try bench.plan(on: "web01")
        let outputs = ["n": number, "dir": path].filter { $0.value != .null }
        let resolver = ValueResolver(plan: plan) { step, _ in
            step == 0
                ? StepOutcome(state: .succeeded, level: .ok, changed: false, exitCode: 0, outputs: outputs) : nil
        }
        #expect {
            try resolver.fill("${params.n} ${params.dir}", scope: plan.steps[2].scope, lane: 0)
        } throws: { error in
            "\(error)".contains(message)
        }
    }

    @Test("take a list whose items are known, and a list that an expression makes")
    func lists() throws {
        for list in ["[\"${params.zero}\", x]", "\"${[params.zero, 'x']}\""] {
            let bench = try Workbench(["job": caller("", "n: 1, items: \(list)"), "inner": inner])
            let plan = try bench.plan(on: "web01,web02")
            let value = try ValueResolver(plan: plan).value("${params.items}", scope: plan.steps[2].scope, lane: 0)
            #expect(value == .list([.text("0"), .text("x")]))
        }
    }

    @Test("take each lane's own value")
    func laned() throws {
        let any = playbook(
            "parameters:\n  t: {type: text}\ntasks:\n  a: {type: Start, on: each, with: {note: \"${params.t}\"}}\n")
        let bench = try Workbench(["job": caller("", "t: \"${host.name}\""), "inner": any])
        let plan = try bench.plan(on: "web01,web02")
        let resolver = ValueResolver(plan: plan)
        #expect(
            try [0, 1].map { try resolver.fill("${params.t}", scope: plan.steps[2].scope, lane: $0) } == [
                "web01", "web02",
            ])
    }

    @Test("take a fitting value as their own kind")
    func fitting() throws {
        let bench = try Workbench([
            "job": caller("  t: {type: text, default: \"7\"}", "n: \"${params.t}\""), "inner": inner,
        ])
        let plan = try bench.plan(on: "web01")
        let resolver = ValueResolver(plan: plan)
        #expect(try resolver.value("${params.n}", scope: plan.steps[2].scope, lane: 0) == .integer(7))
    }

    @Test("take a caller's optional parameter that has no value for none given, and fall back to their own default")
    func absent() throws {
        let bench = try Workbench([
            "job": caller("  dir: {type: path, required: false}\n  n: {type: integer, required: false}", "n: 2"),
            "inner": inner,
        ])
        let plan = try bench.plan(on: "web01")
        #expect(try ValueResolver(plan: plan).fill("${params.dir}", scope: plan.steps[2].scope, lane: 0) == "/srv")
    }

    @Test("take the caller's value of the inventory by its name")
    func fromInventory() throws {
        let text = "firstline: 1\nhosts:\n  web01: {vars: {n: 4}}\n  web02: {vars: {n: 40}}\n"
        let job = caller("  n: {type: integer, from: inventory}", "")
        let bench = try Workbench(["job": job, "inner": inner], inventory: text)
        let plan = try bench.plan(on: "web01")
        #expect(try ValueResolver(plan: plan).fill("${params.n}", scope: plan.steps[2].scope, lane: 0) == "4")
        let problems = bench.problems(on: "web01,web02")
        #expect(
            problems.contains("must be at most 9, not 40, for web02 (from the parameter of the same name in job)"),
            "\(problems)")
    }

    @Test("that get no value are reported where the call is written, with what can be done")
    func missing() throws {
        let problems = try Workbench(["job": caller("", ""), "inner": inner]).problems(on: "web01")
        #expect(
            problems.contains(
                "tasks/call/with/values/n: inner needs the parameter 'n', a whole number such as 42: give it in with.values, or "
                    + "by a parameter of the same name in job"), "\(problems)")
        #expect(problems.contains("job.yaml:8:"), "\(problems)")
    }

    @Test("are not reached by -e, and the message says how they are")
    func launch() throws {
        let problems = try Workbench(["job": caller("", "n: 1"), "inner": inner])
            .problems(on: "web01", values: ["name": "x"])
        #expect(
            problems.contains(
                "job has no parameter 'name'; inner, which it calls, has one: declare it in job as well, and called jobs "
                    + "take its value"), "\(problems)")
    }

    @Test(
        "of a job in the background are checked while planning, too",
        arguments: [
            ("job: inner, values: {n: 12}", "the parameter 'n' must be at most 9, not 12"),
            ("job: inner, values: {n: 1, nme: x}", "inner has no parameter 'nme'; did you mean 'name'?"),
            (
                "job: inner",
                "inner needs the parameter 'n', a whole number such as 42: a job in the background takes only what stands in "
                    + "with.values"
            ),
            ("job: nowhere", "there is no job 'nowhere'"),
            ("job: inner, values: {n: \"${params.big}\"}", "inner: the parameter 'n' must be at most 9, not 12"),
        ])
    func background(with: String, message: String) throws {
        let job = playbook(
            "parameters:\n  big: {type: integer, default: 12}\ntasks:\n"
                + "  call: {type: ExecuteJOB, with: {background: true, \(with)}}\n")
        let problems = try Workbench(["job": job, "inner": inner]).problems(on: "web01")
        #expect(problems.contains(message), "\(problems)")
    }
}
