// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Planning
import Testing

/// A job whose one task runs a program; `head` are further keys of it.
private func job(_ head: String) -> String {
    "firstline: 1\ntitle: x\n\(head)\ntasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n"
}

private func caller(_ head: String, with more: String = "") -> String {
    "firstline: 1\ntitle: x\n\(head)\ntasks:\n  c: {type: ExecuteJOB, with: {job: inner\(more)}}\n"
}

@Suite("The targets of a job that works on instances")
struct TargetTests {
    private func names(_ plan: Plan) -> [String] { plan.lanes.map(\.description) }

    @Test("are the instances of its software; hosts that record none are left out with a warning that names them")
    func leftOut() throws {
        let planned = try Workbench(["job": job("target: tomcat")]).warned(on: "all")
        #expect(names(planned.plan) == ["app01/t1", "app01/t2"])
        #expect(
            planned.warnings.all.map(\.description) == [
                "warning: targets: job works on instances of tomcat; 5 without one are left out: web01, web02, web03, web04, db01"
            ])
    }

    @Test("of very many hosts that are left out ten are named and the rest counted")
    func manyLeftOut() throws {
        let inventory = "firstline: 1\nhosts:\n  app01: {instances: {t1: {software: tomcat}}}\n  web[01-30]: {}\n"
        let planned = try Workbench(["job": job("target: tomcat")], inventory: inventory).warned(on: "all")
        #expect(names(planned.plan) == ["app01/t1"])
        let text = try #require(planned.warnings.all.first).message
        #expect(
            text.contains("30 without one are left out: web01, web02,") && text.hasSuffix("web10 and 20 more"),
            "\(text)")
    }

    @Test("are also hosts that record none, where the job says that it works on hosts")
    func hostsToo() throws {
        let bench = try Workbench(["job": job("target: {software: Tomcat, hosts: true}")])
        let planned = try bench.warned(on: "all")
        #expect(names(planned.plan) == ["web01", "web02", "web03", "web04", "db01", "app01/t1", "app01/t2"])
        #expect(planned.warnings.all.isEmpty)
        let software = try Workbench(["job": job("target: {software: nginx, hosts: true}")])
        #expect(try names(software.plan(on: "app01")) == ["app01"])
    }

    @Test("a host that is called by its name is refused, and the message says what can be done")
    func named() throws {
        let bench = try Workbench(["job": job("target: tomcat")])
        let ways =
            "record the instance at its host in the inventory (instances), or write "
            + "'target: {software: tomcat, hosts: true}' in the job where it works on hosts too"
        #expect(
            bench.problems(on: "app01,db01")
                == "error: targets: job works on instances of tomcat, and none is recorded at db01: leave it out, \(ways)"
        )
        let range =
            "error: targets: job works on instances of tomcat, and none is recorded at web01, web02: leave them out"
        #expect(bench.problems(on: "web[01-02],app01").hasPrefix(range))
    }

    @Test("where none is left that is an error, and the message says what can be done")
    func noneLeft() throws {
        let ways =
            "record the instance at its host in the inventory (instances), or write "
            + "'target: {software: tomcat, hosts: true}' in the job where it works on hosts too"
        #expect(
            try Workbench(["job": job("target: tomcat")]).problems(on: "group=web")
                == "error: targets: job works on instances of tomcat, and none is recorded at web01, web02, web03, web04: "
                + "select hosts that have one (software=tomcat), \(ways)")
        #expect(
            try Workbench(["job": job("target: tomact")]).problems(on: "all")
                == "error: targets: job works on instances of tomact, and the inventory has none; did you mean 'tomcat'?"
        )
    }

    @Test("an instance of other software is refused where it is called by its name, else left out")
    func otherSoftware() throws {
        let inventory = """
            firstline: 1
            hosts:
              a: {instances: {t: {software: tomcat}, n: {software: nginx}}}
              b: {instances: {n: {software: nginx}}}
            """
        let bench = try Workbench(["job": job("target: tomcat")], inventory: inventory)
        #expect(bench.problems(on: "a/t,a/n").contains("none is recorded at a/n: leave it out"))
        let planned = try bench.warned(on: "software=*")
        #expect(names(planned.plan) == ["a/t"])
        #expect(
            planned.warnings.all.map(\.message) == ["job works on instances of tomcat; 1 without one is left out: b/n"])
        #expect(
            bench.problems(on: "software=nginx").contains("none is recorded at a/n, b/n: select hosts that have one"))
    }

    @Test("where all instances of a host are taken away nothing is said of the host")
    func excluded() throws {
        let bench = try Workbench(["job": job("target: {software: tomcat, hosts: true}")])
        #expect(try names(bench.plan(on: "db01,app01", except: "app01/t1,app01/t2")) == ["db01"])
    }
}

@Suite("The targets of a called job")
struct CalledTargetTests {
    private func bench(_ outer: String, _ inner: String, with more: String = "") throws -> Workbench {
        try Workbench(["job": caller(outer, with: more), "inner": job(inner)])
    }

    @Test(
        "are those of the call; a job for instances of other software, or for instances where hosts are given, is refused"
    )
    func refused() throws {
        #expect(
            try bench("", "target: tomcat").problems(on: "web*").hasSuffix(
                ": error: tasks/c/with/job: inner works on instances of tomcat, and this call is made on web01, web02, web03 "
                    + "and 1 more: write 'target: tomcat' in the job that calls it, or "
                    + "'target: {software: tomcat, hosts: true}' in inner where it works on hosts too"))
        #expect(
            try bench("target: tomcat", "target: nginx").problems(on: "app01").contains("made on app01/t1, app01/t2:"))
        #expect(
            try bench("target: tomcat", "target: {software: nginx, hosts: true}").problems(on: "app01").contains(
                "inner works on instances of nginx, and this call is made on app01/t1, app01/t2:"))
        #expect(
            try bench("", "target: tomcat", with: ", background: true").problems(on: "db01").contains("made on db01:"))
    }

    @Test("fit where the software is the same, where the called job works on hosts, and where it names no software")
    func accepted() throws {
        #expect(try bench("target: tomcat", "target: tomcat").plan(on: "app01").steps.count == 2)
        #expect(try bench("target: tomcat", "").plan(on: "app01").steps.count == 2)
        #expect(try bench("", "target: {software: tomcat, hosts: true}").plan(on: "all").steps.count == 2)
    }

    @Test("a mistake in a call is told once, and not of each batch")
    func batches() throws {
        let problems = try bench("batch: 1", "target: tomcat").problems(on: "web*")
        #expect(problems.components(separatedBy: "inner works on instances of tomcat").count == 2, "\(problems)")
    }
}
