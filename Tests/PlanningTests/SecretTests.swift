// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

private func playbook(_ body: String) -> String { "firstline: 1\ntitle: {en: Test}\n" + body }

private func job(_ task: String) -> String {
    playbook("parameters:\n  pw: {type: secret}\n  n: {type: integer, default: 1}\ntasks:\n  a: \(task)\n")
}

@Suite("A secret")
struct SecretTests {
    @Test("is given to a program's standard input, and the plan shows that there is one and never which")
    func standardInput() throws {
        let bench = try Workbench([
            "job": job("{type: RunProgram, with: {program: /bin/cat, stdin: \"user=x pw=${params.pw}\"}}")
        ])
        let plan = try bench.plan(on: "web01", values: ["pw": "env:DB_PASSWORD"])
        #expect(plan.steps[0].settings["stdin"]?.text == "user=x pw=${params.pw}")
        #expect(plan.scopes[0].bindings["pw"] == .value(.secret(.environment("DB_PASSWORD"))))
    }

    @Test(
        "is refused while planning wherever something else than a program's standard input would get it",
        arguments: [
            "{type: RunProgram, with: {program: /bin/echo, arguments: [\"${params.pw}\"]}}",
            "{type: RunProgram, with: {program: /bin/echo, environment: {PW: \"${params.pw}\"}}}",
            "{type: RunProgram, with: {program: \"${params.pw}\"}}",
            "{type: RunProgram, with: {program: /bin/echo, directory: \"${params.pw}\"}}",
            "{type: RunProgram, account: \"${params.pw}\", with: {program: /bin/echo}}",
            "{type: RunProgram, timeLimit: \"${params.pw}\", with: {program: /bin/echo}}",
            "{type: HTTPCheck, with: {url: \"http://x/\", headers: {Authorization: \"Bearer ${params.pw}\"}}}",
            "{type: HTTPCheck, with: {url: \"http://x/\", body: \"${params.pw}\"}}",
            "{type: HTTPCheck, with: {url: \"http://x/${params.pw}\"}}",
            "{type: HOLD, with: {message: \"is ${params.pw} right?\"}}",
            "{type: Condition, with: {when: \"params.pw == 'x'\"}}",
            "{type: Condition, with: {when: \"length(text(params.pw)) > 3\"}}",
            "{type: CompareValue, with: {value: \"${params.pw}\", operator: equal, to: x}}",
            "{type: Start, with: {note: \"${params.pw}\"}}",
        ])
    func refused(task: String) throws {
        let problems = try Workbench(["job": job(task)]).problems(on: "web01", values: ["pw": "env:DB_PASSWORD"])
        #expect(
            problems.contains(
                "'params.pw' is a secret and cannot be given here: only a program's stdin and a called job's secret "
                    + "parameter take one"), "\(problems)")
        #expect(problems.contains("tasks/a/"), "\(problems)")
        #expect(!problems.contains("•••"), "\(problems)")
    }

    @Test(
        "stands alone in its ${…}: nothing is made of it",
        arguments: ["${params.pw + 'x'}", "${coalesce(params.pw, 'x')}"])
    func alone(text: String) throws {
        let problems = try Workbench([
            "job": job("{type: RunProgram, with: {program: /bin/cat, stdin: \"\(text)\"}}")
        ]).problems(on: "web01", values: ["pw": "env:DB_PASSWORD"])
        #expect(
            problems.contains("'params.pw' is a secret and stands alone in its ${…}, as in ${params.pw}"), "\(problems)"
        )
    }

    @Test("is no output of a job")
    func output() throws {
        let problems = try Workbench([
            "job": playbook(
                "parameters:\n  pw: {type: secret}\noutputs: {pw: \"${params.pw}\"}\ntasks:\n  a: {type: Start}\n")
        ]).problems(on: "web01", values: ["pw": "env:X"])
        #expect(problems.contains("outputs/pw: 'params.pw' is a secret and cannot be given here"), "\(problems)")
    }

    private static let inner = playbook(
        "parameters:\n  password: {type: secret}\n  pw: {type: secret, required: false}\n  text: {type: text, default: a}\n"
            + "tasks:\n  a: {type: RunProgram, with: {program: /bin/cat, stdin: \"${params.password}\"}}\n")

    @Test("reaches a called job's parameter of type secret, and stays where it is read")
    func called() throws {
        let bench = try Workbench([
            "job": job("{type: ExecuteJOB, with: {job: inner, values: {password: \"${params.pw}\"}}}"),
            "inner": SecretTests.inner,
        ])
        let plan = try bench.plan(on: "web01", values: ["pw": "file:/run/pw"])
        let resolver = ValueResolver(plan: plan)
        let inner = plan.steps[1].scope
        #expect(try resolver.value("${params.password}", scope: inner, lane: 0) == .secret(.file("/run/pw")))
        #expect(try resolver.value("${params.pw}", scope: inner, lane: 0) == .secret(.file("/run/pw")))
        #expect(resolver.purpose(of: "password", scope: inner) == "the secret 'pw' of job")
        #expect(throws: (any Error).self) { try resolver.fill("${params.password}", scope: inner, lane: 0) }
    }

    @Test(
        "does not reach a called job's other parameters, and is not made of what a host says",
        arguments: [
            (
                "text: \"${params.pw}\", password: \"env:X\"",
                "inner: the parameter 'text' is text, and the value given is a secret"
            ),
            (
                "password: \"${steps.a.exitCode}\"",
                "where the secret 'password' is read must be known while planning"
            ),
            ("password: \"hunter2\"", "'password' must be where to read the secret: env:NAME, file:/path or prompt"),
            ("password: \"x${params.pw}\"", "'params.pw' is a secret and stands alone in its ${…}"),
        ])
    func calledWrongly(values: String, message: String) throws {
        let job = playbook(
            "parameters:\n  pw: {type: secret}\ntasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n"
                + "  c: {type: ExecuteJOB, with: {job: inner, values: {\(values)}}}\n"
                + "  d: {type: ExecuteJOB, with: {job: inner, background: true, values: {\(values)}}}\n")
        let problems = try Workbench(["job": job, "inner": SecretTests.inner])
            .problems(on: "web01", values: ["pw": "env:PW"])
        #expect(problems.contains("tasks/c/with/values"), "\(problems)")
        #expect(problems.contains("tasks/d/with/values"), "\(problems)")
        #expect(problems.contains(message), "\(problems)")
        #expect(!problems.contains("hunter2"), "\(problems)")
    }

    @Test("of the caller does not become a text by its name")
    func inherited() throws {
        let problems = try Workbench([
            "job": job("{type: ExecuteJOB, with: {job: inner}}"),
            "inner": playbook(
                "parameters:\n  pw: {type: text}\ntasks:\n  a: {type: RunProgram, with: {program: /bin/echo, arguments: [\"${params.pw}\"]}}\n"
            ),
        ]).problems(on: "web01", values: ["pw": "env:PW"])
        #expect(
            problems.contains(
                "inner: the parameter 'pw' is text, and the value given is a secret; only a parameter of type secret takes it "
                    + "(from the parameter of the same name in job)"), "\(problems)")
    }
}
