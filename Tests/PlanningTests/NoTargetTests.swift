// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

@Suite("A job for which no hosts are selected")
struct NoTargetTests {
    private let once = "{type: CompareValue, with: {value: \"1\", operator: \"==\", to: \"1\"}}"

    private func plan(_ playbooks: [String: String], on: String? = nil, except: String? = nil) throws -> Plan {
        let bench = try Workbench(playbooks.mapValues { "firstline: 1\ntitle: x\n" + $0 })
        let selection = try Selection(ofRun: on, except: except, in: bench.inventory)
        return try bench.planner.plan(PlanRequest(job: "job", selection: selection)).plan
    }

    @Test("is planned where all its steps run once, also those of jobs that it calls")
    func planned() throws {
        let plan = try plan([
            "job":
                "tasks:\n  a: \(once)\n  h: {type: HTTPCheck, with: {url: \"http://x/\"}}\n  w: {type: Condition, with: {when: \"steps.h.state == 'succeeded'\"}}\n  c: {type: ExecuteJOB, with: {job: inner}}\n  b: \(once)\n",
            "inner": "outputs: {end: \"${steps.x.state}\"}\ntasks:\n  x: \(once)\n",
        ])
        #expect(plan.targetCount == 0 && plan.lanes.isEmpty)
        #expect(plan.steps.map(\.path.rawValue) == ["a", "h", "w", "c", "c/x", "b"])
        #expect(plan.steps.allSatisfy { plan.laneSets[$0.laneSet] == [Plan.controllerLane] })
    }

    @Test("is planned where its steps name hosts of their own")
    func ownHosts() throws {
        let plan = try plan(["job": "tasks:\n  a: {type: RunProgram, on: db01, with: {program: /bin/true}}\n"])
        #expect(plan.targetCount == 0 && plan.lanes.map(\.description) == ["db01"])
    }

    @Test(
        "is refused where a step runs on each target, also in a job that is called, or where it works on instances",
        arguments: [
            "tasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n",
            "tasks:\n  c: {type: ExecuteJOB, with: {job: inner}}\n",
            "tasks:\n  c: {type: ExecuteJOB, with: {job: instances}}\n",
            "tasks:\n  a: {type: CompareValue, on: each, with: {value: \"1\", operator: \"==\", to: \"1\"}}\n",
            "target: tomcat\ntasks:\n  a: {type: CompareValue, with: {value: \"1\", operator: \"==\", to: \"1\"}}\n",
        ])
    func refused(job: String) {
        #expect {
            try plan([
                "job": job, "inner": "tasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n",
                "instances": "target: tomcat\ntasks:\n  a: \(once)\n",
            ])
        } throws: { "\($0)" == "error: --on: say which hosts: --on web[01-20], --on group=web, or --on all" }
    }

    @Test("is refused where hosts are taken away, or the selection is empty text", arguments: [nil, "", " "])
    func empty(on: String?) {
        #expect {
            try plan(["job": "tasks:\n  a: \(once)\n"], on: on, except: "web01")
        } throws: { "\($0)".contains("say which hosts") }
    }
}
