// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Glibc
import Model
import Storage

/// Shows how a run goes, on standard error: a picture that is drawn over itself on a terminal, plain lines elsewhere.
actor RunProgress {
    private let store: any RunReader
    private let id: RunID
    private let plan: Plan
    private let language: Language
    private let isQuiet: Bool
    private let isTerminal = Surroundings.isTerminal(2)
    private var records: [StepKey: StepRecord] = [:]
    private var position = 0
    private var drawnLines = 0
    private var isPaused = false
    /// What was told already; the store may show a record twice while two look at once.
    private var told: Set<Told> = []
    private let start = ContinuousClock.now

    private struct Told: Hashable {
        let attempt: AttemptKey
        let state: StepState
    }

    init(store: any RunReader, id: RunID, plan: Plan, language: Language, isQuiet: Bool) {
        self.store = store
        self.id = id
        self.plan = plan
        self.language = language
        self.isQuiet = isQuiet
    }

    /// Shows until the task is cancelled.
    func show() async {
        guard !isQuiet else { return }
        let form =
            plan.targetCount == 1
            ? "run {run}: {title} on 1 target" : "run {run}: {title} on {count} targets"
        let values = ["run": id.rawValue, "title": plan.title.text(language), "count": String(plan.targetCount)]
        say(Phrases.text(form, language, values))
        while !Task.isCancelled {
            await draw()
            try? await Task.sleep(for: .milliseconds(isTerminal ? 200 : 500))
        }
    }

    /// Shows the last state.
    func finish() async {
        guard !isQuiet else { return }
        isPaused = false
        await draw()
    }

    /// Draws nothing for a while, so that a question to the person stays where it stands.
    func pause() { isPaused = true }

    /// Goes on below what was said meanwhile.
    func resume() {
        isPaused = false
        drawnLines = 0
    }

    private func draw() async {
        guard let page = try? await store.steps(of: id, after: position) else { return }
        position = page.position
        let changed = page.records.filter { plan.has($0.key) }
        for record in changed where record.attempt >= (records[record.key]?.attempt ?? 0) {
            records[record.key] = record
        }
        if !isTerminal { tell(changed) } else if !isPaused { redraw() }
    }

    // Plain lines: each end of a step once, and what waits for a person.
    private func tell(_ changed: [StepRecord]) {
        for record in changed where record.state.isFinal || record.state == .held {
            guard record.state != .skipped, plan.steps[record.key.step].role == .task else { continue }
            let attempt = AttemptKey(run: id, key: record.key, attempt: record.attempt)
            guard told.insert(Told(attempt: attempt, state: record.state)).inserted else { continue }
            say(line(record))
            for line in HeldStep.all(among: [record], of: plan).flatMap({ $0.lines(id, language) }) { say("  " + line) }
        }
    }

    private func line(_ record: StepRecord) -> String {
        let target =
            record.key.lane < 0 ? Phrases.text("controller", language) : plan.lanes[record.key.lane].description
        let words = StateText.words(record.state, record.report.level, language)
        let said = plan.words(of: record, language).map { ": " + $0 } ?? ""
        return "\(target)  \(plan.steps[record.key.step].path)  \(words)\(said)".printable
    }

    private func redraw() {
        let size = Surroundings.terminalSize
        let picture = RunPicture(id: id, plan: plan, records: records, language: language)
        let lines = picture.lines(elapsed: (ContinuousClock.now - start).clock, rows: max(4, size.rows - 2))
            .map { cut($0.printable, to: size.columns - 1) }
        var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        for line in lines { text += "\u{1B}[2K" + line.shown + "\n" }
        for _ in 0..<max(0, drawnLines - lines.count) { text += "\u{1B}[2K\n" }
        // What comes next stands right below, also when the picture has become smaller.
        if drawnLines > lines.count { text += "\u{1B}[\(drawnLines - lines.count)A" }
        drawnLines = lines.count
        Streams.current.talk(text)
    }

    private func cut(_ line: String, to width: Int) -> String {
        var result = ""
        for character in line {
            guard Table.width(result) + Table.width(String(character)) <= width || character == "\u{1B}" else { break }
            result.append(character)
        }
        return result + (Surroundings.wantsColour(2) ? Colour.none.begin : "")
    }
}
