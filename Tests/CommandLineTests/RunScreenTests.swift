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
                "  web02  ✗·  stop: it ended with exit code 1\u{FFFD}[2J",
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

    /// A run that ended on four targets, with the level of each one's only report.
    private func ended(_ levels: [Level]) -> RunView {
        let records = levels.enumerated().map { lane, level in
            var record = record(0, lane, .succeeded)
            record.report.level = level
            if level > .info { record.report.findings = [Finding(level, "OS-X-0\(lane)")] }
            record.report.outputs = ["load": .number(0.5), "note": .text(String(repeating: "x", count: 50))]
            return record
        }
        let run = Run(
            id: "r1", job: "ops.patch", planDigest: "d", state: .succeeded, operatorName: "kim",
            createdAt: Instant(microseconds: 0))
        return RunView(run: run, plan: plan, records: records)
    }

    @Test("a target that a check could not look at is no success: in the counts, the run's line and the exit code")
    func notChecked() throws {
        let view = ended([.ok, .warning, .unknown, .ok])
        #expect(view.counts.succeeded == 3 && view.counts.warnings == 1 && view.counts.notChecked == 1)
        #expect(view.isNotChecked && view.exitStatus.code == 4)
        #expect(RunReport(view, .english).summary == "run r1 NOT CHECKED: 3 OK (1 with warnings), 1 not checked")
        #expect(RunReport(view, .korean).summary == "실행 r1 확인 불가: 정상 3 (경고 1), 확인 불가 1")
        let good = ended([.ok, .warning, .ok, .ok])
        #expect(!good.isNotChecked && good.exitStatus.code == 0)
        #expect(RunReport(good, .english).summary == "run r1 OK: 4 OK (1 with warnings)")
        let records = Dictionary(uniqueKeysWithValues: view.targets.flatMap(\.steps).map { ($0.record.key, $0.record) })
        let done = RunPicture(id: "r1", plan: plan, records: records, language: .english)
        #expect(done.lines(elapsed: "00:02", rows: 20).first?.hasPrefix("00:02  ") == true)
    }

    @Test("a warning beside a check that could not look does not make it a success")
    func warningAndNotChecked() {
        var (looked, warned) = (record(0, 0, .succeeded), record(2, 0, .succeeded))
        (looked.report.level, warned.report.level) = (.unknown, .warning)
        let run = Run(
            id: "r1", job: "ops.patch", planDigest: "d", state: .succeeded, operatorName: "kim",
            createdAt: Instant(microseconds: 0))
        let view = RunView(run: run, plan: plan, records: [looked, warned])
        #expect(view.targets[0].level == .unknown && view.exitStatus.code == 4)
    }

    @Test("a run in which a check could not look is NOT CHECKED in the list too, in each language")
    func listed() {
        func words(_ state: RunState, _ level: Level?, _ language: Language) -> String {
            var run = Run(
                id: "r1", job: "ops.patch", planDigest: "d", state: state, operatorName: "kim",
                createdAt: Instant(microseconds: 0))
            run.level = level
            return RunRow(run).words(language)
        }
        #expect(words(.succeeded, .unknown, .english) == "NOT CHECKED")
        #expect(words(.succeeded, .unknown, .korean) == "확인 불가")
        #expect(words(.succeeded, .warning, .english) == "OK" && words(.succeeded, nil, .english) == "OK")
        #expect(words(.failed, .unknown, .english) == "FAILED")
    }

    @Test("the wide table shows the codes of what was found, and what steps handed over")
    func wide() throws {
        let rows = RunReport(ended([.ok, .warning, .unknown, .ok]), .english).rows(wide: true, colours: true)
        #expect(rows.map { $0[7] } == ["", "OS-X-01", "OS-X-02", ""])
        #expect(rows[0].last == "load=0.5 note=\(String(repeating: "x", count: 39))…")
        let whole = RunReport(ended([.ok, .ok, .ok, .ok]), .english).rows(wide: true, colours: false)
        #expect(whole[0].last == "load=0.5 note=\(String(repeating: "x", count: 50))")
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
