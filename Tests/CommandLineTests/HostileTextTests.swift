// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Storage
import Testing

@testable import CommandLineClient

/// Texts of other people that do something to a terminal, or to the eye, if they are let through.
private let hostileTexts = [
    // The window's title, the clipboard, a colour that hides what follows, the cursor, and the same in C1.
    "\u{1B}]0;title\u{07}", "\u{1B}]52;c;Y2FsYw==\u{07}", "\u{1B}[8mhidden", "\u{1B}[2J\u{1B}[H",
    "\u{9B}31m\u{9D}0;t\u{9C}",
    "\u{1B}Pq\u{1B}\\", "a\rb\u{8}\u{8}", "\u{7F}\u{85}\u{2028}\u{2029}",
    // Text that turns around, cannot be seen, or is a tag.
    "\u{202E}txt.exe\u{202C}\u{2066}\u{2069}\u{200F}\u{61C}", "we\u{200B}b\u{FEFF}\u{2060}\u{AD}",
    "\u{E0041}\u{E0001}\u{3164}",
]

@Suite("Text of other people")
struct HostileTextTests {
    /// What may reach a terminal: text, line ends and tabs, and our own colours.
    private func problem(in text: String) -> String? {
        var text = text
        for code in [0, 31, 32, 33, 34, 35, 36] { text = text.replacing("\u{1B}[\(code)m", with: "") }
        let bad = text.unicodeScalars.first { !($0.isVisible || $0 == "\n" || $0 == "\t") }
        return bad.map { "U+" + String($0.value, radix: 16) }
    }

    private func inYAML(_ text: String) -> String {
        "\"" + text.spelledOut(long: true).replacing("\n", with: "\\n") + "\""
    }

    private func files(_ text: String) -> [String: String] {
        let title = inYAML("T " + text)
        let job = """
            firstline: 1
            title: {en: \(title)}
            help: {en: \(title)}
            work: {category: \(title), software: \(title), unit: \(title), detail: \(title)}
            parameters:
              who: {type: text, default: \(title), help: {en: \(title)}}
            tasks:
              work: {type: RunProgram, effect: check, title: {en: \(title)}, with: {program: /bin/true}}
              ask: {type: HOLD, title: {en: \(title)}, with: {message: \(title)}}
            """
        let inventory = """
            firstline: 1
            hosts:
              web01: {address: 127.0.0.1, labels: {note: \(title)}, vars: {note: \(title)}}
            """
        let schedules = """
            firstline: 1
            calendars: {days: {title: {en: \(title)}, week: [mon]}}
            schedules:
              nightly: {job: good, on: all, zone: UTC, title: {en: \(title)}, rules: [{day: every day, at: "01:00"}], values: {who: \(title)}}
            """
        return [
            "playbooks/good.yaml": job, "hosts.yaml": inventory, "schedules.yaml": schedules,
            "broken/bad.yaml":
                "firstline: 1\n\(inYAML("key" + text)): \(title)\ntasks: {\(title): {type: \(title)}}\n",
            "badhosts.yaml": "firstline: 1\n\(inYAML("hosts" + text)): {}\nhosts: {\(title): {}}\n",
            "badschedules.yaml": "firstline: 1\nschedules: {\(title): {job: \(title), zone: \(title)}}\n",
        ]
    }

    /// What goes well, and what does not.
    private func screens(_ folder: String, _ text: String) -> (good: [[String]], bad: [[String]]) {
        let inventory = ["-i", folder + "/hosts.yaml"]
        let schedules = ["-s", folder + "/schedules.yaml"]
        return (
            [
                ["unit", "list"], ["unit", "show", "good"], ["job", "list"], ["job", "show", "good"],
                ["job", "graph", "good"], ["job", "graph", "good", "--format", "dot"],
                ["job", "graph", "good", "--format", "mermaid"], ["job", "validate", "--no-plan"],
                ["plan", "good", "--on", "all", "-e", "who=" + text] + inventory, ["host", "list"] + inventory,
                ["host", "show", "web01"] + inventory, ["schedule", "list"] + schedules,
                ["schedule", "show", "nightly"] + schedules, ["calendar", "list"] + schedules,
                ["calendar", "show", "days", "2026"] + schedules, ["event", "list"], ["run", "list"],
                // A schedule that cannot be used is shown as that.
                ["schedule", "list", "-s", folder + "/badschedules.yaml"],
            ],
            [
                ["job", "show", text], ["plan", "good", "--on", text] + inventory, ["run", "get", text],
                ["plan", "good", "--on", "all", "-e", "@" + folder + "/" + text] + inventory,
                ["host", "list", "-i", folder + "/badhosts.yaml"],
                ["job", "validate", "--playbooks", folder + "/broken"],
                ["host", "test", "--on", "all"] + inventory,
            ]
        )
    }

    @Test("never reaches the terminal as more than text, on any screen and in any form")
    func screens() async throws {
        let text = hostileTexts.joined(separator: " ")
        try await Cases.withFolder(files(text)) { folder in
            var bench = Bench()
            bench.playbooks = folder + "/playbooks"
            bench.isDataSeen = true
            _ = await bench.store.note(
                Event(
                    at: Instant(microseconds: 1), level: .warning, kind: .keysChanged,
                    Sentence(verbatim: "event " + text)))
            let screens = screens(folder, text)
            for screen in screens.good + screens.bad {
                for form in ["table", "wide", "json", "jsonl", "yaml", "csv", "name"] {
                    let ended = await bench.run(screen + ["-o", form])
                    let words = "\(screen) -o \(form): "
                    #expect(
                        (ended.status == 0) == screens.good.contains(screen), "\(words)\(ended.talk.debugDescription)")
                    #expect(problem(in: ended.data) == nil, "\(words)\(ended.data.debugDescription)")
                    #expect(problem(in: ended.talk) == nil, "\(words)\(ended.talk.debugDescription)")
                }
            }
        }
    }

    @Test("of a run is safe on its screens: reasons, summaries and what a held step asks", arguments: hostileTexts)
    func runs(text: String) throws {
        let plan = Plan(
            job: "j", title: Localized("T" + text), lanes: [Target(host: "web01")], hosts: [], targetCount: 1,
            scopes: [Scope(job: "j", prefix: "", parent: nil)], laneSets: [[-1], [0]],
            steps: ["work", "ask"].map { name in
                PlannedStep(
                    path: StepPath(name), title: Localized(name), type: "RunProgram", role: .task,
                    laneSet: name == "ask" ? 0 : 1, parent: nil, links: [], join: .all, effect: .change,
                    settings: Setting(.map([])), scope: 0)
            }, parallel: 1, stopAfter: nil, allowsConcurrentRuns: false)
        var held = StepRecord(key: StepKey(step: 1, lane: -1), state: .held)
        held.hold = Hold(prompt: Localized("Go on? " + text + "\nfirstline: all is well"), approvers: ["kim" + text])
        let failed = StepRecord(
            key: StepKey(step: 0, lane: 0), state: .failed, reason: Reason(.exitCode, "it said " + text))
        let lines = RunPicture(
            id: "r1", plan: plan, records: [held.key: held, failed.key: failed], language: .english
        ).lines(elapsed: "00:02", rows: 20).map(\.printable)
        for line in lines + HeldStep.all(among: [held], of: plan).flatMap({ $0.lines("r1", .english) }) {
            #expect(problem(in: line.shown) == nil, "\(line.debugDescription)")
            #expect(!line.contains("\n"), "a line is one line: \(line.debugDescription)")
        }
    }

    @Test("CSV for a program has every byte of it")
    func exactCSV() async throws {
        let text = "a\u{9B}31m,\r\u{202E}b\n"
        try await Cases.withFolder(files(text)) { folder in
            var bench = Bench()
            bench.playbooks = folder + "/playbooks"
            let ended = await bench.run("job", "list", "-o", "csv")
            #expect(ended.data.contains("\"T \(text)\""), "\(ended.data.debugDescription)")
            bench.isDataSeen = true
            let seen = await bench.run("job", "list", "-o", "csv")
            #expect(problem(in: seen.data) == nil, "\(seen.data.debugDescription)")
        }
    }
}
