// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import CommandLineClient

@Suite("The picture of a flow")
struct FlowPictureTests {
    @Test("a finger on any line comes to the tasks that really follow, and to no other", arguments: 1...300)
    func lines(seed: Int) {
        var chance = Chance(seed: UInt64(seed))
        let trees = Self.flow(tasks: Int.random(in: 1...9, using: &chance), using: &chance)
        let graph = FlowGraph(trees, opensCalls: false)
        let picture = FlowPicture.lines(graph, .english)
        let expected = Bus.all(of: graph).map { bus in
            TracedPicture.Line(
                sources: Set(bus.sources.map { "\(graph.nodes[$0.node].name) \($0.condition.label)" }),
                targets: Set(bus.targets.map { graph.nodes[$0].name }))
        }
        #expect(TracedPicture(picture).lines() == Set(expected), "\(picture.joined(separator: "\n"))")
    }

    @Test("a bus is made of links that lead to exactly the same tasks")
    func buses() {
        let links: [[Link]] = [[], [], [Link("t0"), Link("t1")], [Link("t0"), Link("t1")], [Link("t1")]]
        let graph = FlowGraph(Self.trees(links), opensCalls: false)
        // t1 leads to t4 as well, so its line may not be the one of t0.
        #expect(Bus.all(of: graph).map(\.targets) == [[2, 3], [2, 3, 4]])
    }

    @Test("a flow of hundreds of tasks is drawn in reasonable time", .timeLimit(.minutes(15)))
    func large() {
        var chance = Chance(seed: 7)
        let graph = FlowGraph(Self.flow(tasks: 200, using: &chance), opensCalls: false)
        #expect(FlowPicture.lines(graph, .english).count > 200)
    }

    @Test("nothing is drawn of nothing")
    func empty() {
        #expect(FlowPicture.lines(FlowGraph([], opensCalls: true), .english) == [])
    }

    // MARK: Made-up flows

    private static func flow(tasks: Int, using chance: inout Chance) -> [FlowTree] {
        var links: [[Link]] = []
        for task in 0..<tasks {
            let before = (0..<task).filter { _ in Int.random(in: 0..<max(2, task), using: &chance) < 2 }
            links.append(
                before.map { Link(TaskName("t\($0)"), LinkCondition.allCases.randomElement(using: &chance) ?? .ok) })
        }
        return trees(links)
    }

    private static func trees(_ links: [[Link]]) -> [FlowTree] {
        links.enumerated().map { number, links in
            let task = JobTask(name: TaskName("t\(number)"), type: "RunProgram")
            let step = FlowStep(task: task, links: links, effect: .check, placement: .each, call: nil)
            return FlowTree(step: step, path: StepPath(task.name.rawValue), inner: [])
        }
    }
}

/// Chance that comes out the same for the same seed.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
