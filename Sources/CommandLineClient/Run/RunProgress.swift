// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Glibc
import Model
import Storage

/// Shows how a run goes, on standard error: a picture that is drawn over itself on a terminal, plain lines elsewhere.
actor RunProgress {
    private let store: any RunStore
    private let id: RunID
    private let plan: Plan
    private let language: Language
    private let isQuiet: Bool
    private let isTerminal = Surroundings.isTerminal(2)
    private var records: [StepKey: StepRecord] = [:]
    private var position = 0
    private var drawnLines = 0
    /// What was told already; the store may show a record twice while two look at once.
    private var told: Set<Told> = []

    private struct Told: Hashable {
        let attempt: AttemptKey
        let state: StepState
    }
    private let start = ContinuousClock.now

    init(store: any RunStore, id: RunID, plan: Plan, language: Language, isQuiet: Bool) {
        self.store = store
        self.id = id
        self.plan = plan
        self.language = language
        self.isQuiet = isQuiet
    }

    /// Shows until the task is cancelled.
    func show() async {
        guard !isQuiet else { return }
        say(
            "run \(id): \(plan.title.text(language)) on \(plan.targetCount) \(plan.targetCount == 1 ? "target" : "targets")"
        )
        while !Task.isCancelled {
            await draw()
            try? await Task.sleep(for: .milliseconds(isTerminal ? 200 : 500))
        }
    }

    /// Shows the last state.
    func finish() async {
        guard !isQuiet else { return }
        await draw()
    }

    private func draw() async {
        guard let page = try? await store.steps(of: id, after: position) else { return }
        position = page.position
        for record in page.records where record.attempt >= (records[record.key]?.attempt ?? 0) {
            records[record.key] = record
        }
        if isTerminal { redraw() } else { tell(page.records) }
    }

    // Plain lines: each end of a step once.
    private func tell(_ changed: [StepRecord]) {
        for record in changed where record.state.isFinal || record.state == .held {
            guard record.state != .skipped, plan.steps[record.key.step].role == .task else { continue }
            let attempt = AttemptKey(run: id, key: record.key, attempt: record.attempt)
            if told.insert(Told(attempt: attempt, state: record.state)).inserted { say(line(record)) }
        }
    }

    private func line(_ record: StepRecord) -> String {
        let target = record.key.lane < 0 ? "controller" : plan.lanes[record.key.lane].description
        let words = StateText.words(record.state, record.report.level, language)
        let why = plan.explanation(of: record, language).map { ": " + $0 } ?? ""
        let summary =
            record.report.summary.map { ": " + $0.text(in: language, texts: plan.texts(of: record.key.step)) } ?? ""
        return "\(target)  \(plan.steps[record.key.step].path)  \(words)\(record.reason == nil ? summary : why)"
    }

    // A picture: counts, then a line a target with a mark for each step.
    private func redraw() {
        let size = Surroundings.terminalSize
        let lines = picture(rows: max(4, size.rows - 4)).map { cut($0, to: size.columns - 1) }
        var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        for line in lines { text += "\u{1B}[2K" + line + "\n" }
        for _ in 0..<max(0, drawnLines - lines.count) { text += "\u{1B}[2K\n" }
        drawnLines = max(drawnLines, lines.count)
        FileHandle.standardError.write(Data(text.utf8))
    }

    private func picture(rows: Int) -> [String] {
        var lanes = (0..<plan.targetCount).map {
            LaneProgress(lane: $0, plan: plan, records: records, language: language)
        }
        let counts = Dictionary(grouping: lanes, by: \.group).mapValues(\.count)
        let elapsed = (ContinuousClock.now - start).clock
        let order: [LaneProgress.Group] = [.done, .warning, .failed, .unknown, .running, .held, .waiting]
        let summary = order.compactMap { group in counts[group].map { "\(group.word(language)) \($0)" } }.joined(
            separator: " · ")
        var head = "\(elapsed)  \(summary)"
        if let slowest = lanes.filter({ $0.group == .running }).min(by: { ($0.since ?? .max) < ($1.since ?? .max) }) {
            head += "  slowest \(plan.lanes[slowest.lane])"
        }
        // What goes on and what went wrong is looked at first.
        lanes.sort { ($0.group.rank, $0.lane) < ($1.group.rank, $1.lane) }
        let width = lanes.prefix(rows).map { Table.width(plan.lanes[$0.lane].description) }.max() ?? 0
        var lines = [head]
        for lane in lanes.prefix(rows) {
            let name = plan.lanes[lane.lane].description
            lines.append(
                "  \(name)\(String(repeating: " ", count: width - Table.width(name)))  \(lane.marks)  \(lane.current)")
        }
        if lanes.count > rows { lines.append("  … and \(lanes.count - rows) more") }
        return lines
    }

    private func cut(_ line: String, to width: Int) -> String {
        var result = ""
        for character in line {
            guard Table.width(result) + Table.width(String(character)) <= width || character == "\u{1B}" else { break }
            result.append(character)
        }
        return result + (Surroundings.wantsColour(2) ? "\u{1B}[0m" : "")
    }
}

/// One target's line in the picture.
struct LaneProgress {
    enum Group: Hashable {
        case done, warning, failed, unknown, running, held, waiting

        var rank: Int {
            switch self {
            case .failed: 0
            case .unknown: 1
            case .held: 2
            case .running: 3
            case .warning: 4
            case .waiting: 5
            case .done: 6
            }
        }

        func word(_ language: Language) -> String {
            switch self {
            case .done: StateText.words(.succeeded, .ok, language)
            case .warning: StateText.words(.succeeded, .warning, language)
            case .failed: StateText.words(.failed, .ok, language)
            case .unknown: StateText.words(.unknown, .ok, language)
            case .running: StateText.words(.running, .ok, language)
            case .held: StateText.words(.held, .ok, language)
            case .waiting: StateText.words(.waiting, .ok, language)
            }
        }
    }

    let lane: Int
    let group: Group
    let marks: String
    let current: String
    let since: Instant.Stamp?

    init(lane: Int, plan: Plan, records: [StepKey: StepRecord], language: Language) {
        self.lane = lane
        let steps = plan.steps.indices.filter {
            plan.steps[$0].role == .task && plan.laneSets[plan.steps[$0].laneSet].contains(lane)
        }
        let known = steps.map { records[StepKey(step: $0, lane: lane)] }
        marks = known.map { StateText.mark($0?.state ?? .waiting, $0?.report.level ?? .ok) }.joined()
        let pairs = Array(zip(steps, known))
        let shown =
            pairs.last { $0.1.map { !$0.state.isFinal } ?? false } ?? pairs.last { LaneProgress.hasReason($0.1) }
        current =
            shown.map { index, record in
                plan.steps[index].path.rawValue
                    + (record.flatMap { plan.explanation(of: $0, language) }.map { ": " + $0 } ?? "")
            } ?? ""
        since = known.compactMap { $0?.startedAt?.microseconds }.max()
        group = LaneProgress.group(zip(steps, known).map { ($0.1, plan.steps[$0.0].reflectsError) })
    }

    private static func hasReason(_ record: StepRecord?) -> Bool {
        record?.reason != nil && record?.state != .skipped
    }

    private static func group(_ steps: [(record: StepRecord?, reflects: Bool)]) -> Group {
        func any(_ state: StepState) -> Bool {
            steps.contains { $0.record?.state == state && ($0.reflects || state != .failed) }
        }
        if any(.failed) || any(.cancelled) { return .failed }
        if any(.unknown) { return .unknown }
        if any(.held) { return .held }
        let ended = steps.count { $0.record?.state.isFinal ?? false }
        if ended == steps.count {
            return steps.contains { $0.record.map { $0.state == .succeeded && $0.report.level > .info } ?? false }
                ? .warning : .done
        }
        return steps.contains { $0.record != nil } ? .running : .waiting
    }
}

extension Instant {
    typealias Stamp = Int64
}

extension Duration {
    /// Minutes and seconds, such as `03:12`.
    var clock: String {
        let seconds = milliseconds / 1000
        let minutes = String(seconds / 60)
        let rest = String(seconds % 60)
        return (minutes.count < 2 ? "0" : "") + minutes + ":" + (rest.count < 2 ? "0" : "") + rest
    }
}
