// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Model
import Testing

@testable import CommandLineClient

@Suite("Screens of a run")
struct RunScreenTests {
    private let plan: Plan = {
        func step(_ path: StepPath, _ type: TaskTypeName, lanes: Int) -> PlannedStep {
            PlannedStep(
                path: path, title: Localized(path.rawValue), type: type, role: .task, laneSet: lanes, parent: nil,
                links: [],
                join: .all, effect: .change, settings: Setting(.map([])), scope: 0)
        }
        return Plan(
            job: "ops.patch", title: Localized([.english: "Patch", .korean: "패치"]),
            lanes: (1...4).map { Target(host: HostName("web0\($0)")) }, hosts: [], targetCount: 4,
            scopes: [Scope(job: "ops.patch", prefix: "", parent: nil)], laneSets: [[-1], [0, 1, 2, 3]],
            steps: [
                step("stop", "RunProgram", lanes: 1), step("ask", "HOLD", lanes: 0),
                step("start", "RunProgram", lanes: 1),
            ],
            parallel: 4, stopAfter: nil, allowsConcurrentRuns: false)
    }()

    private func record(_ step: Int, _ lane: Int, _ state: StepState, _ reason: Reason? = nil) -> StepRecord {
        StepRecord(
            key: StepKey(step: step, lane: lane), state: state, reason: reason,
            startedAt: Instant(microseconds: 1_000_000),
            endedAt: state.isFinal ? Instant(microseconds: 2_500_000) : nil)
    }

    private var held: [StepRecord] {
        var ask = record(1, -1, .held)
        ask.hold = Hold(prompt: Localized([.english: "Go on?", .korean: "계속할까요?"]), approvers: ["kim", "lee"])
        let failure = Reason(.exitCode, "it ended with exit code 1\u{1B}[2J")
        return [
            record(0, 0, .succeeded), record(0, 1, .failed, failure), record(0, 2, .running), record(0, 3, .succeeded),
            ask,
        ]
    }

    private func picture(_ language: Language, rows: Int = 20) -> [String] {
        let records = Dictionary(uniqueKeysWithValues: held.map { ($0.key, $0) })
        return RunPicture(id: "r1", plan: plan, records: records, language: language).lines(
            elapsed: "00:02", rows: rows
        )
        .map(\.printable)
    }

    @Test("the picture shows what went wrong first, then what goes on, and how to answer what is held")
    func english() {
        #expect(
            picture(.english) == [
                "00:02  FAILED 1 · running 1 · waiting 2  slowest web03",
                "  web02  ✗·  stop: it ended with exit code 1 [2J",
                "  web03  ▶·  stop",
                "  web01  ✓·  ",
                "  web04  ✓·  ",
                "  controller  ‖  ask",
                "ask waits for a person: Go on?",
                "  may be answered by kim, lee; 'firstline run release r1 --step ask' lets it go on, with --reject it fails",
            ])
    }

    @Test("the same in Korean, and where there is little room")
    func korean() {
        let lines = picture(.korean, rows: 7)
        #expect(lines.first == "00:02  실패 1 · 실행중 1 · 대기 2  가장 느린 대상 web03")
        #expect(lines.contains("  … 외 2"))
        #expect(lines.contains("ask 승인 대기: 계속할까요?"))
        #expect(lines.count == 7)
    }

    @Test("every phrase is translated with all its places for values", arguments: Language.allCases)
    func phrases(language: Language) {
        let places = /\{([a-z]+)\}/
        for phrase in Phrases.all {
            let names = phrase.matches(of: places).map { String($0.output.1) }
            let filled = Phrases.text(
                phrase, language, Dictionary(uniqueKeysWithValues: Set(names).map { ($0, "<\($0)>") }))
            for name in names { #expect(filled.contains("<\(name)>"), "\(phrase) in \(language)") }
            #expect(!filled.contains("{"), "\(filled)")
            #expect(
                language == .english || filled != Phrases.text(phrase, .english, [:]) || phrase == "{least} to {most}"
                    || phrase == "JOB")
        }
    }

    @Test("a run's object has the documented keys, also where there is nothing to say")
    func document() throws {
        let run = Run(
            id: "r1", job: "ops.patch", planDigest: "d", state: .running, operatorName: "kim",
            createdAt: Instant(microseconds: 0))
        let view = RunView(run: run, plan: plan, records: held)
        let text = try Encoding.json(RunDocument(view, language: .english))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        func keys(_ value: Any?) -> Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
        #expect(
            keys(object["run"]) == [
                "id", "job", "title", "state", "planDigest", "operator", "startedAt", "endedAt", "counts",
            ])
        let target = (object["targets"] as? [[String: Any]])?.first
        #expect(
            keys(target) == ["target", "host", "state", "level", "changed", "reason", "message", "steps"])
        let step = (target?["steps"] as? [[String: Any]])?.first
        #expect(
            keys(step) == [
                "path", "type", "state", "level", "changed", "reason", "message", "exitCode", "attempt", "startedAt",
                "durationMs", "summary", "outputs", "findings", "artifacts", "log",
            ])
        #expect(keys(step?["log"]) == ["bytes", "cut"])
        #expect(
            (object["targets"] as? [[String: Any]])?.map { $0["state"] as? String } == [
                "waiting", "waiting", "running", "waiting",
            ])
    }
}
