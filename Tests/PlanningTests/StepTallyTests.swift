// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Synchronization
import Testing

@Suite("What the lanes of a step have come to")
struct StepTallyTests {
    private static let job = """
        firstline: 1
        title: {en: Test}
        tasks:
          look: {type: RunProgram, effect: check, with: {program: /bin/true}}
          sum: {type: Condition, on: db01, with: {when: "steps.look.failed > 0"}}
        """
    private static let fields = ["lanes", "succeeded", "failed", "unknown", "cancelled", "state", "level", "changed"]

    private func values(_ resolver: ValueResolver, _ plan: Plan) throws -> [Value] {
        let outside = try #require(plan.lanes.firstIndex { $0.host == "db01" })
        return try Self.fields.map { field in
            try resolver.value("${steps.look.\(field)}", scope: 0, lane: outside)
        }
    }

    private func outcome(_ generator: inout some RandomNumberGenerator) throws -> StepOutcome {
        let states: [StepState] = [.succeeded, .failed, .unknown, .cancelled, .skipped]
        return StepOutcome(
            state: try #require(states.randomElement(using: &generator)),
            level: try #require([Level.ok, .warning, .error, .unknown].randomElement(using: &generator)),
            changed: .random(using: &generator), exitCode: nil, outputs: [:])
    }

    @Test("is the same whether it is counted as lanes end or from all lanes, also when lanes end again")
    func same() throws {
        let plan = try Workbench(["job": Self.job]).plan(on: "web*")
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var (tally, outcomes) = (StepTally(), [Int: StepOutcome]())
            for _ in 0..<Int.random(in: 0...9, using: &generator) {
                let lane = Int.random(in: 0..<plan.targetCount, using: &generator)
                let next = try outcome(&generator)
                tally.count(next, inPlaceOf: outcomes.updateValue(next, forKey: lane))
            }
            let (kept, counted) = (outcomes, tally)
            let fromAll = ValueResolver(plan: plan, outcomes: { step, lane in step == 0 ? kept[lane] : nil })
            let fromTally = ValueResolver(plan: plan, tally: { _ in counted })
            #expect(try values(fromTally, plan) == values(fromAll, plan), "\(outcomes)")
        }
    }

    @Test("costs the same however many lanes there are, where somebody keeps count")
    func cost() throws {
        let plan = try Workbench(["job": Self.job]).plan(on: "web*")
        let asked = Mutex(0)
        let resolver = ValueResolver(
            plan: plan,
            outcomes: { _, _ in
                asked.withLock { $0 += 1 }
                return nil
            },
            tally: { _ in StepTally() })
        _ = try values(resolver, plan)
        #expect(asked.withLock { $0 } == 0)
    }
}
