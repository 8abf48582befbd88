// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

private func playbook(_ body: String) -> String { "firstline: 1\ntitle: {en: Test}\n" + body }

private func echo(_ text: String) -> String {
    playbook("tasks:\n  a: {type: RunProgram, with: {program: /bin/echo, arguments: [\"\(text)\"]}}\n")
}

@Suite("Facts")
struct FactTests {
    @Test(
        "that are misspelt are errors, with the name that was probably meant",
        arguments: [
            ("${host.adress}", "there is nothing called 'host.adress'; did you mean 'host.address'?"),
            ("${run.idd}", "there is nothing called 'run.idd'; did you mean 'run.id'?"),
            ("${run.started}", "there is nothing called 'run.started'; known are run.id, run.operator, run.job"),
            ("${instance.port}", "there is nothing called 'instance.port'"),
            ("${host.vars}", "'host.vars' names no value; write host.vars.NAME"),
            ("${host}", "'host' names no value; known are host.name, host.address"),
            ("${target.name}", "there is nothing called 'target.name'"),
            ("${hosts.name}", "there is nothing called 'hosts.name'; did you mean 'host'?"),
            ("${param.x}", "there is nothing called 'param.x'; did you mean 'params'?"),
            ("${steps.aa.state}", "'steps.aa.state' names no task of this job"),
        ])
    func misspelt(text: String, message: String) throws {
        let problems = try Workbench(["job": echo(text)]).problems(on: "web01")
        #expect(problems.contains(message), "\(problems)")
        #expect(problems.contains("job.yaml:4:"), "\(problems)")
    }

    @Test(
        "that a host lacks are errors that name the hosts",
        arguments: [
            ("rm ${host.vars.base}/work", "all", "'host.vars.base' has no value for web01, web02, web03 and"),
            (
                "${host.vars.conifg}", "web01",
                "'host.vars.conifg' has no value for web01; did you mean 'host.vars.config'? Write"
            ),
            (
                "${host.vars.config}", "web01,db01",
                "'host.vars.config' has no value for db01; write coalesce(host.vars.config, 'another value') where it may be absent"
            ),
            ("${instance.vars.portt}", "app01/t1", "'instance.vars.portt' has no value for app01/t1"),
            ("${instance.name}", "web01", "'instance.name' has no value for web01"),
            ("${host.labels.env + host.labels.zone}", "web01", "'host.labels.zone' has no value for web01"),
            ("${coalesce(host.vars.a, host.vars.b)}", "web01", "'host.vars.b' has no value for web01"),
            ("${host.user}", "web01", "'host.user' has no value for web01"),
        ])
    func lacking(text: String, on: String, message: String) throws {
        let problems = try Workbench(["job": echo(text)]).problems(on: on)
        #expect(problems.contains(message), "\(problems)")
    }

    @Test(
        "may be absent where the text says what then",
        arguments: [
            ("${coalesce(host.vars.base, '/srv')}", "/srv"),
            ("${coalesce(host.vars.a, host.vars.config)}", "/etc/nginx/nginx.conf"),
            ("${defined(host.vars.base)}", "false"), ("${host.vars.base == null}", "true"),
            ("${defined(host.vars.base) and host.vars.base == '/x'}", "false"), ("${host.labels.env}", "prod"),
        ])
    func allowed(text: String, value: String) throws {
        let plan = try Workbench(["job": echo(text)]).plan(on: "web01")
        #expect(try ValueResolver(plan: plan).fill(text, scope: 0, lane: 0) == value)
    }

    @Test("are checked in conditions, in the values of a call, in limits and in what a job hands to its caller")
    func everywhere() throws {
        let job = playbook(
            """
            outputs: {one: "${steps.a.nope}", two: "${steps.none.state}", three: "${params.x}", four: "${host.adress}"}
            tasks:
              a: {type: Condition, with: {when: "host.labels.zone == 'x'"}}
              b: {type: ExecuteJOB, with: {job: inner, values: {t: "${host.vars.zz}"}}}
              c: {type: RunProgram, timeLimit: "${params.limt}", with: {program: /bin/true}}
            """)
        let inner = playbook("parameters:\n  t: {type: text}\ntasks:\n  a: {type: Start}\n")
        let problems = try Workbench(["job": job, "inner": inner]).problems(on: "web01")
        for expected in [
            "outputs/one: the task has no output 'nope'; it has result, state, level, changed, exitCode",
            "outputs/two: 'steps.none.state' names no task of this job",
            "outputs/three: the job job has no parameter 'x'",
            "outputs/four: there is nothing called 'host.adress'",
            "tasks/a/with/when: 'host.labels.zone' has no value for web01",
            "tasks/b/with/values: 'host.vars.zz' has no value for web01",
            "tasks/c/timeLimit: the job job has no parameter 'limt'",
        ] {
            #expect(problems.contains(expected), "\(problems)")
        }
        #expect(!problems.contains("must be a duration"), "\(problems)")
    }

    @Test("are never filled in as empty text where a plan of an earlier product names what is not there")
    func atRunTime() throws {
        let plan = try Workbench(["job": echo("x")]).plan(on: "web01")
        let resolver = ValueResolver(plan: plan)
        for text in ["${host.vars.none}", "${host.adress}", "${run.idd}", "${instance.name}"] {
            #expect(throws: (any Error).self) { try resolver.fill(text, scope: 0, lane: 0) }
        }
    }
}
