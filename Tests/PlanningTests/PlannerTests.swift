// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

private func playbook(_ body: String) -> String { "firstline: 1\ntitle: {en: Test}\n" + body }

private let echo = "{type: RunProgram, with: {program: /bin/echo}}"

@Suite("Planning")
struct PlannerTests {
    @Test("tasks follow each other by OK, lane by lane, unless they say otherwise")
    func order() throws {
        let bench = try Workbench([
            "job": playbook(
                "tasks:\n  a: \(echo)\n  b: \(echo)\n  c: {type: RunProgram, after: {a: error}, with: {program: /bin/true}}"
            )
        ])
        let plan = try bench.plan(on: "web*")
        #expect(plan.steps.map(\.links.count) == [0, 1, 1])
        #expect(plan.steps[1].links[0] == PlannedStep.Link(from: 0, condition: .ok, requirement: .all))
        #expect(plan.steps[2].links[0] == PlannedStep.Link(from: 0, condition: .error, requirement: .all))
        #expect(plan.laneSets[plan.steps[0].laneSet] == [0, 1, 2, 3])
    }

    @Test("a called job opens in place, with its values and its inherited ones")
    func call() throws {
        let bench = try Workbench([
            "job": playbook(
                "parameters:\n  who: {type: text, default: kim}\ntasks:\n  c: {type: ExecuteJOB, with: {job: inner, values: {what: \"${params.who}!\"}}}"
            ),
            "inner": playbook(
                "parameters:\n  who: {type: text, default: x}\n  what: {type: text}\ntasks:\n  say: {type: RunProgram, with: {program: /bin/echo, arguments: [\"${params.who}\", \"${params.what}\"]}}"
            ),
        ])
        let plan = try bench.plan(on: "web01")
        #expect(plan.steps.map(\.path.rawValue) == ["c", "c/say"])
        #expect(plan.steps.map(\.role) == [.group, .task])
        let resolver = ValueResolver(plan: plan)
        #expect(try resolver.fill("${params.who} ${params.what}", scope: plan.steps[1].scope, lane: 0) == "kim kim!")
    }

    @Test(
        "a called job that has no start on the business day becomes a step that does nothing, and what follows goes on")
    func leftOut() throws {
        let bench = try Workbench([
            "job": playbook(
                "tasks:\n  daily: \(echo)\n  monthly: {type: ExecuteJOB, with: {job: inner}}\n  last: \(echo)"),
            "inner": playbook("tasks:\n  a: {type: RunProgram, effect: change, with: {program: /bin/echo}}"),
        ])
        var request = PlanRequest(
            job: "job", selection: try Selection(on: "web01", except: nil, in: bench.inventory))
        (request.leftOut, request.day) = (["inner"], Day(2026, 12, 1))
        let plan = try bench.planner.plan(request).plan
        #expect(plan.steps.map(\.path.rawValue) == ["daily", "monthly", "last"])
        #expect(plan.steps[1].type == "Start" && plan.steps[1].role == .task)
        #expect(plan.steps[1].title.english == "monthly (not on 2026-12-01)")
        #expect(plan.steps[1].settings["note"]?.text == "left out: inner has no start on 2026-12-01 by its schedule")
        #expect(plan.steps[1].effect == .check && plan.steps[2].links.map(\.from) == [1])
    }

    @Test("jobs that call each other in a circle, unknown and inactive ones are refused")
    func badCalls() throws {
        let bench = try Workbench([
            "job": playbook(
                "tasks:\n  a: {type: ExecuteJOB, with: {job: two}}\n  b: {type: ExecuteJOB, with: {job: nosuch}}\n  c: {type: ExecuteJOB, with: {job: off}}"
            ),
            "two": playbook("tasks:\n  a: {type: ExecuteJOB, with: {job: job}}"),
            "off": playbook("active: false\ntasks:\n  a: \(echo)"),
        ])
        let problems = bench.problems(on: "web01")
        #expect(problems.contains("jobs call each other in a circle: job → two → job"))
        #expect(problems.contains("there is no job 'nosuch'"))
        #expect(problems.contains("the job off is not active and cannot be called"))
        #expect(problems.contains("job.yaml:5:"))
    }

    @Test("parameters come from the launch, then the inventory, then the default")
    func parameters() throws {
        let text = playbook(
            "target: tomcat\nparameters:\n  config: {type: path, default: /etc/x, from: inventory}\ntasks:\n  a: {type: RunProgram, with: {program: /bin/cat, arguments: [\"${params.config}\"]}}"
        )
        let bench = try Workbench(["job": text])
        let plan = try bench.plan(on: "app01")
        #expect(plan.lanes.map(\.description) == ["app01/t1", "app01/t2"])
        let resolver = ValueResolver(plan: plan)
        #expect(try resolver.fill("${params.config}", scope: 0, lane: 0) == "/srv/t1/server.xml")
        #expect(try resolver.fill("${params.config}", scope: 0, lane: 1) == "/srv/t2/server.xml")
        let given = try bench.plan(on: "app01", values: ["config": "/tmp/c"])
        #expect(try ValueResolver(plan: given).fill("${params.config}", scope: 0, lane: 0) == "/tmp/c")
        let hostsToo = text.replacing("target: tomcat", with: "target: {software: tomcat, hosts: true}")
        let other = try Workbench(["job": hostsToo]).plan(on: "db01")
        #expect(try ValueResolver(plan: other).fill("${params.config}", scope: 0, lane: 0) == "/etc/x")
    }

    @Test("every bad value is told at once, with what is expected")
    func badValues() throws {
        let text = playbook(
            "parameters:\n  n: {type: integer, min: 1, max: 9}\n  c: {type: choice, choices: [fast, smart], default: fast}\n  p: {type: text, pattern: \"[a-z]+\", default: a}\n  need: {type: duration, help: {en: how long}}\ntasks:\n  a: \(echo)"
        )
        let bench = try Workbench(["job": text])
        let problems = bench.problems(on: "web01", values: ["n": "12", "c": "slow", "p": "A1", "neet": "1"])
        for expected in [
            "'n' must be at most 9, not 12", "'c' must be one of fast, smart, not 'slow'",
            "'p' must match [a-z]+, and 'A1' does not",
            "has no parameter 'neet'; did you mean 'need'?",
            "needs the parameter 'need' (how long), a duration such as 500ms, 90s, 5m, 1h30m or 2d: give it with -e need=…",
        ] {
            #expect(problems.contains(expected), "\(problems)")
        }
    }

    @Test(
        "names in fields must lead somewhere that is known there",
        arguments: [
            ("${params.nosuch}", "has no parameter 'nosuch'"), ("${steps.b.state}", "is not known here"),
            ("${steps.zz.state}", "names no task of this job"), ("${steps.a.nope}", "has no output 'nope'; it has"),
            ("${stepz.a}", "there is nothing called 'stepz.a'"), ("${1 +}", "column"),
        ])
    func names(text: String, message: String) throws {
        let bench = try Workbench([
            "job": playbook(
                "tasks:\n  a: \(echo)\n  x: {type: RunProgram, with: {program: /bin/echo, arguments: [\"\(text)\"]}}\n  b: \(echo)"
            )
        ])
        #expect(bench.problems(on: "web01").contains(message), "\(bench.problems(on: "web01"))")
    }

    @Test("what each host gives has no meaning where a task runs once")
    func controllerNames() throws {
        let bench = try Workbench([
            "job": playbook(
                "tasks:\n  a: {type: Condition, with: {when: \"host.name == 'x'\"}}\n  b: {type: HTTPCheck, with: {url: \"http://${host.address}/\"}}"
            )
        ])
        #expect(bench.problems(on: "web*").contains("'host.address' has no meaning here"))
    }

    @Test("an account that a host does not allow is refused, by host and name")
    func accounts() throws {
        let bench = try Workbench([
            "job": playbook("tasks:\n  a: {type: RunProgram, account: oracle, with: {program: /bin/id}}")
        ])
        #expect(
            bench.problems(on: "web01").contains("web01 does not allow the account 'oracle' (allowed: deploy, root)"))
        #expect(bench.problems(on: "db01") == "no problem")
    }

    @Test("unknown task types and keys are refused with a suggestion")
    func unknown() throws {
        let bench = try Workbench([
            "job": playbook(
                "tasks:\n  a: {type: RunProgramm, with: {program: /bin/id}}\n  b: {type: RunProgram, with: {progam: /bin/id}}"
            )
        ])
        let problems = bench.problems(on: "web01")
        #expect(problems.contains("there is no task type 'RunProgramm'; did you mean 'RunProgram'?"))
        #expect(problems.contains("progam"), "\(problems)")
    }

    @Test("a batch cuts the targets into portions that go through the whole job one after another")
    func batches() throws {
        let bench = try Workbench([
            "job": playbook(
                "batch: 2\nbetween: 30s\ntasks:\n  a: \(echo)\n  hold: {type: HOLD, with: {message: {en: go on?}}}\n  b: \(echo)"
            )
        ])
        let plan = try bench.plan(on: "web*")
        #expect(
            plan.steps.map(\.path.rawValue) == [
                "batch-1", "batch-1/a", "batch-1/hold", "batch-1/b", "between-1", "batch-2", "batch-2/a",
                "batch-2/hold", "batch-2/b",
            ])
        #expect(plan.laneSets[plan.steps[5].laneSet] == [2, 3])
        #expect(plan.stopAfter == 1)
    }

    @Test("a plan that changes nothing works on more targets at once")
    func pace() throws {
        let bench = try Workbench([
            "job": playbook("tasks:\n  a: \(echo)"),
            "check": playbook("tasks:\n  a: {type: RunProgram, effect: check, with: {program: /bin/true}}"),
        ])
        #expect(try bench.plan(on: "web*").parallel == 64)
        #expect(try bench.plan("check", on: "web*").parallel == 512)
        #expect(try bench.plan(on: "web*", pace: Pace(parallel: 3)).parallel == 3)
    }

    @Test("the digest is the same for the same plan, and another when anything of it changes")
    func digest() throws {
        func digest(_ body: String, on: String = "web*") throws -> String {
            try Workbench(["job": playbook(body)]).plan(on: on).digest
        }
        let first = try digest("tasks:\n  a: \(echo)")
        #expect(try digest("# moved down a line\ntasks:\n  a: \(echo)") == first)
        #expect(try digest("tasks:\n  a: \(echo)", on: "web01") != first)
        #expect(try digest("tasks:\n  a: {type: RunProgram, with: {program: /bin/echo, arguments: [x]}}") != first)
        #expect(first.count == 64)
    }

    @Test("a handled failure that still fails the job is warned about")
    func reflection() throws {
        func warnings(_ link: String, _ more: String = "") throws -> String {
            let tasks = """
                tasks:
                  a: {type: RunProgram, \(more)with: {program: /bin/false}}
                  b: {type: RunProgram, after: {a: \(link)}, with: {program: /bin/true}}
                """
            return try Workbench(["job": playbook(tasks)]).warned(on: "web01").warnings.description
        }
        #expect(try warnings("error").contains("handles its failure"))
        #expect(try warnings("all") == "")
        #expect(try warnings("error", "errorReflection: true, ") == "")
        #expect(try warnings("error", "errorReflection: false, ") == "")
    }
}
