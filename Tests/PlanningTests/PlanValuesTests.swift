// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Planning
import StandardTasks
import TaskKit
import Testing

@Suite("The values in a plan")
struct PlanValuesTests {
    private let job = """
        firstline: 1
        title: x
        target: {software: tomcat, hosts: true}
        parameters:
          config: {type: path, default: /etc/x, from: inventory}
          wait: {type: duration, default: 90s}
          words: {type: list, default: [a, b]}
          password: {type: secret}
          none: {type: text, required: false}
        tasks:
          look: {type: RunProgram, with: {program: /bin/cat, stdin: "${params.password}", outputs: {n: {type: text, from: stdout, pattern: ".*"}}}}
          call: {type: ExecuteJOB, with: {job: inner, values: {own: "${host.name}", later: "${steps.look.n}"}}}
        """
    private let inner = """
        firstline: 1
        title: x
        parameters:
          config: {type: path, default: /etc/x}
          own: {type: text}
          later: {type: text}
        tasks:
          a: {type: RunProgram, with: {program: /bin/true, environment: {B: "${params.own}", A: "it's ${params.config}"}}}
        """

    /// The plan as a program reads it.
    private func document(on selection: String, batch: Pace.Amount? = nil) throws -> [String: Any] {
        let bench = try Workbench(["job": job, "inner": inner])
        let plan = try bench.plan(
            on: selection, values: ["password": "env:SECRET_SOURCE"], pace: Pace(batch: batch))
        let document = PlanDocument(plan, registry: try TaskTypeRegistry(standardTaskTypes), language: .english)
        let object = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(document))
        return try #require(object as? [String: Any])
    }

    /// Each value as `path/name=value`, with its targets where not all have it.
    private func values(_ document: [String: Any]) throws -> [String] {
        let parameters = try #require(document["parameters"] as? [[String: Any]])
        return parameters.flatMap { parameter in
            let name = [parameter["step"] as? String, parameter["name"] as? String].compactMap(\.self).joined(
                separator: "/")
            return (parameter["values"] as? [[String: Any]] ?? []).map { value in
                let length = (value["value"] as? [String: Any])?["duration"].map { "\($0)s" }
                let words = (value["value"] as? [String])?.joined(separator: " ")
                let shown = length ?? words ?? value["value"] as? String ?? "nothing"
                let targets = (value["targets"] as? [String]).map { " on " + $0.joined(separator: " ") } ?? ""
                return "\(name)=\(shown)\(targets)"
            }
        }
    }

    @Test("are shown once, and with their targets where they differ; of a secret nothing but that there is one")
    func shown() throws {
        let document = try document(on: "db01,app01")
        #expect(
            try values(document) == [
                "config=/etc/x on db01", "config=/srv/t1/server.xml on app01/t1",
                "config=/srv/t2/server.xml on app01/t2", "password=•••", "wait=90s", "words=a b",
                "call/later=${steps.look.n}", "call/own=db01 on db01", "call/own=app01 on app01/t1 app01/t2",
            ])
        let text = String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
        #expect(!text.contains("SECRET_SOURCE"))
    }

    @Test("stand once in the plan of a run in batches")
    func batches() throws {
        let all = try values(try document(on: "db01,app01", batch: .count(1)))
        #expect(all.count { $0.hasPrefix("wait=") } == 1 && all.count { $0.hasPrefix("config=") } == 3, "\(all)")
    }

    @Test("of a program's environment are shown, for the targets that have them")
    func environment() throws {
        let steps = try #require(try document(on: "db01,app01")["steps"] as? [[String: Any]])
        let actions = try #require(steps.last?["actions"] as? [[String: Any]])
        // Each program once, each value once.
        #expect(actions.count == 1 && actions[0]["targets"] as? [String] == ["db01", "app01/t1", "app01/t2"])
        let variables = try #require(actions[0]["environment"] as? [[String: Any]])
        let shown = variables.flatMap { variable in
            (variable["values"] as? [[String: Any]] ?? []).map { part in
                "\(variable["name"] ?? "")=\(part["value"] ?? "") on "
                    + (part["targets"] as? [String] ?? ["all"]).joined(separator: " ")
            }
        }
        #expect(
            shown == [
                "A=it's /etc/x on db01", "A=it's /srv/t1/server.xml on app01/t1",
                "A=it's /srv/t2/server.xml on app01/t2",
                "B=db01 on db01", "B=app01 on app01/t1 app01/t2",
            ])
    }
}
