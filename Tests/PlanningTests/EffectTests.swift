// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

@Suite("The effect of a request")
struct EffectTests {
    @Test(
        "follows its method, unless the task says what it does",
        arguments: [
            ("GET", "", Effect.check), ("HEAD", "", .check), ("POST", "", .change), ("DELETE", "", .change),
            ("POST", "effect: check, ", .check), ("GET", "effect: change, ", .change),
        ])
    func request(method: String, said: String, effect: Effect) throws {
        let plan = try Workbench([
            "job":
                "firstline: 1\ntitle: x\ntasks:\n  a: {type: HTTPCheck, \(said)with: {url: \"http://x/\", method: \(method)}}\n"
        ]).plan(on: "web01")
        #expect(plan.steps[0].effect == effect)
        #expect(plan.changesAnything == (effect == .change))
    }
}
