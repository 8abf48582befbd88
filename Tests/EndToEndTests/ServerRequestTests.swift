// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("What a server is asked", .serialized)
struct ServerRequestTests {
    @Test("runs a plan only as it was agreed, from its own files")
    func drift() throws {
        let product = try Product(hosts: 2)
        let server = try RunningServer(product)
        let body = "tasks:\n  work: {type: RunProgram, effect: change, with: {program: /bin/echo, arguments: [one]}}\n"
        let job = try product.playbook("work", body)
        let plan = product.directory.path + "/plan.json"
        let planned = try product.run("plan", job, "--on", "web*", "-o", "json")
        try planned.output.write(toFile: plan, atomically: true, encoding: .utf8)
        // The server reads its files anew where its plan is another one than the person's.
        #expect(try product.run("run", "--plan", plan, "--yes").code == 0)
        _ = try product.playbook("work", body.replacing("one", with: "two"))
        let drifted = try product.run("run", "--plan", plan, "--yes")
        #expect(drifted.code == 8 && drifted.errors.contains("this is no longer the plan"), "\(drifted)")
        let own = try product.run("run", job, "--on", "web*", "--playbooks", product.directory.path + "/playbooks")
        #expect(own.code == 64 && own.errors.contains("runs what its own files say"), "\(own)")
        _ = server.end(SIGTERM)
    }

    @Test("answers what it does not understand with a problem, and goes on")
    func hostile() throws {
        let product = try Product(hosts: 1)
        let server = try RunningServer(product)
        let socket = product.directory.path + "/data/server.sock"
        func ask(_ path: String, _ body: String? = nil) throws -> String {
            let words = ["/usr/bin/env", "curl", "-sS", "-w", " %{http_code}", "--unix-socket", socket]
            return try shell(words + (body.map { ["-d", $0] } ?? []) + ["http://localhost/api/v1\(path)"]).output
        }
        let least = Int64.min
        #expect(try ask("/events?after=\(least)").hasSuffix(" 200"))
        #expect(try ask("/events?limit=\(least)").hasSuffix(" 400"))
        #expect(try ask("/runs?limit=\(Int64.max)").contains("limit must be a number from 0 to 100000"))
        #expect(try ask("/slots?from=\(least)&through=\(Int64.max)").hasSuffix(" 200"))
        #expect(try ask("/slots?from=\(least)&through=\(Int64.max)").hasSuffix(" 200"))
        #expect(try ask("/slots").hasSuffix(" 400"))
        #expect(try ask("/runs?state=gone").contains("a run is never 'gone'"))
        #expect(try ask("/runs/%2e%2e%2f").hasSuffix(" 404"))
        #expect(try ask("/nothing").contains("there is nothing at /api/v1/nothing"))
        #expect(try ask("/runs", "{").contains("the request is not understood"))
        let job = try product.playbook(
            "look", "tasks:\n  a: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        let far =
            #"{"job":"\#(job)","work":{"on":"web01","values":{}},"by":"","reason":"","starts":[{"day":"2026-01-01","instant":\#(least)}]}"#
        #expect(try ask("/slots", far).contains("is no time between the years"))
        let plan = try product.run("plan", job, "--on", "web01", "-o", "json").json().part("contract")
        func start(_ change: (inout [String: Any]) -> Void) throws -> String {
            var contract = plan
            change(&contract)
            let data = try JSONSerialization.data(withJSONObject: ["contract": contract])
            let file = try product.directory.write(String(decoding: data, as: UTF8.self), to: "body.json")
            return try ask("/runs", "@" + file)
        }
        #expect(try start { $0["pace"] = ["batch": ["count": 0]] }.hasSuffix(" 409"))
        #expect(try start { $0["pace"] = ["batch": ["percent": 1e300]] }.hasSuffix(" 409"))
        #expect(
            try start { contract in
                var plan = contract.part("plan")
                plan["targetCount"] = -1
                contract["plan"] = plan
            }.hasSuffix(" 409"))
        #expect(try start { _ in }.hasSuffix(" 201"))
        #expect(try product.run("server", "status").code == 0, "\(server.said)")
        _ = server.end(SIGTERM)
    }
}
