// SPDX-License-Identifier: Apache-2.0

import ConditionTask
import Model
import TaskKit
import TaskKitTesting
import Testing

@Suite("Condition")
struct ConditionTests {
    private func decide(_ text: String, _ values: [String: Value] = [:]) async throws -> TaskOutcome {
        let task = try PreparedTask(Condition(), ParameterValues(.values(["when": text]), isFilled: true))
        return try await task.run(.testing(session: ScriptedSession([:]), values: values))
    }

    @Test("takes the way its expression says")
    func ways() async throws {
        let values: [String: Value] = ["steps.check.state": .text("failed"), "params.n": .integer(3)]
        #expect(
            try await decide("steps.check.state == 'failed' and params.n > 2", values)
                == .branch(true, Report(outputs: ["result": .bool(true)])))
        #expect(try await decide("params.n > 3", values) == .branch(false, Report(outputs: ["result": .bool(false)])))
        #expect(try await decide("defined(steps.none.x)") == .branch(false, Report(outputs: ["result": .bool(false)])))
    }

    @Test("that cannot be decided takes no way", arguments: ["params.n > 'a'", "params.n", "1 / 0 > 1", "params.none"])
    func undecided(text: String) async {
        await #expect {
            try await decide(text, ["params.n": .integer(3)])
        } throws: { error in
            (error as? TaskFailure)?.reason.code == "evaluation-failed"
        }
    }

    @Test("is refused while planning when it is no expression", arguments: ["", "a ==", "${params.x}", "system('x')"])
    func wrong(text: String) {
        #expect {
            try Condition().decode(ParameterValues(.values(["when": text])))
        } throws: { error in
            (error as? ParameterError)?.path == "when"
        }
    }

    @Test("never reads a value as an expression")
    func dataIsData() async throws {
        let outcome = try await decide("steps.x.out == 'true or 1 == 1'", ["steps.x.out": .text("true or 1 == 1")])
        #expect(outcome == .branch(true, Report(outputs: ["result": .bool(true)])))
        await #expect(throws: TaskFailure.self) { try await decide("steps.x.out", ["steps.x.out": .text("true")]) }
        #expect(Condition().parameters.map(\.shape) == [.expression])
    }
}
