// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Planning
import Testing

@Suite("A plan as JSON")
struct PlanFormTests {
    /// A plan file that version 0.1 wrote, of the job and the hosts below.
    private struct File: Decodable { let contract: PlanContract }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")

    private func earlier() throws -> (bytes: Data, contract: PlanContract) {
        let bytes = try Data(contentsOf: PlanFormTests.folder.appending(path: "earlier-plan.json"))
        return (bytes, try JSONDecoder().decode(File.self, from: bytes).contract)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: PlanFormTests.folder.appending(path: name), encoding: .utf8)
    }

    @Test("of an earlier version is read, is whole, and has the digest that the same plan has now")
    func earlierVersion() throws {
        let (bytes, contract) = try earlier()
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""_0""#))
        #expect(contract.isWhole)
        let bench = try Workbench(
            ["job": text("form-job.yaml"), "inner": text("form-inner.yaml")], inventory: text("form-hosts.yaml"))
        let selection = try Selection(on: contract.on, except: contract.except, in: bench.inventory)
        let request = PlanRequest(
            job: contract.job, selection: selection, values: contract.values, pace: contract.pace)
        let plan = try bench.planner.plan(request).plan
        #expect(plan.digest == contract.plan.digest)
        #expect(contract.differences(to: plan, hostKeys: [:]) == [])
    }

    @Test("holds the values themselves, and nothing that only this program's language has")
    func clean() throws {
        let contract = try earlier().contract
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(contract), as: UTF8.self)
        #expect(!text.contains(#""_0""#))
        for part in [
            #""batch":{"percent":50}"#, #""n":{"value":3}"#, #""who":{"template":"${params.n}"}"#,
            #""requirement":{"percent":80}"#, #"{"content":{"quoted":true,"scalar":"a b"},"#,
            #""requirement":{"all":{}}"#, #""retryDelay":"1s""#,
            #""timeLimit":"10m""#, #""timeLimit":"0s""#,
        ] { #expect(text.contains(part), "\(part) in \(text)") }
    }

    @Test("is the same plan when it is read again")
    func again() throws {
        let contract = try earlier().contract
        let again = try JSONDecoder().decode(PlanContract.self, from: try JSONEncoder().encode(contract))
        #expect(again.plan == contract.plan && again.values == contract.values && again.pace == contract.pace)
        #expect(again.isWhole)
    }

    @Test(
        "holds each duration as a playbook has it, to the microsecond",
        arguments: [
            (.zero, "0s"), (.seconds(30), "30s"), (.seconds(5400), "1h30m"), (.milliseconds(1500), "1s500ms"),
            (.microseconds(250), "0.25ms"), (.microseconds(90_001_005), "1m30s1.005ms"),
            (.seconds(3_153_600_000), "36500d"),
        ] as [(Duration, String)])
    func durations(duration: Duration, text: String) throws {
        let pace = Pace(between: .pause(duration))
        let json = try JSONEncoder().encode(pace)
        #expect(String(decoding: json, as: UTF8.self) == #"{"between":{"pause":"\#(text)"}}"#)
        #expect(try JSONDecoder().decode(Pace.self, from: json) == pace)
        #expect(Duration(written: text) == duration)
    }

    @Test("is not read where a duration is none")
    func noDuration() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Pace.self, from: Data(#"{"between":{"pause":"soon"}}"#.utf8))
        }
    }
}
