// SPDX-License-Identifier: Apache-2.0

import Engine
import Model

/// A run at one moment as lines: counts, a line a target with a mark for each step, and what waits for a person.
struct RunPicture {
    let id: RunID
    let plan: Plan
    let records: [StepKey: StepRecord]
    let language: Language

    /// The lines, at most `rows` of them: what goes on and what went wrong is kept.
    ///
    /// `elapsed` is how long the run has been watched.
    func lines(elapsed: String, rows: Int) -> [String] {
        let lanes = (0..<plan.targetCount).map {
            LaneProgress(lane: $0, plan: plan, records: records, language: language)
        }
        let held = HeldStep.all(among: records.values, of: plan).flatMap { $0.lines(id, language) }
        let once = controllerLines
        // The head, and one line that says how many more there are.
        let room = max(1, rows - held.count - once.count - 2)
        let shown = lanes.sorted { ($0.group.rank, $0.lane) < ($1.group.rank, $1.lane) }.prefix(room)
        let width = shown.map { Table.width(plan.lanes[$0.lane].description) }.max() ?? 0
        var lines = [head(lanes, elapsed)]
        for lane in shown {
            let name = plan.lanes[lane.lane].description
            let padding = String(repeating: " ", count: width - Table.width(name))
            lines.append("  \(name)\(padding)  \(lane.marks)  \(lane.current)")
        }
        if lanes.count > shown.count {
            let more = ["count": String(lanes.count - shown.count)]
            lines.append("  " + Phrases.text("… and {count} more", language, more))
        }
        return lines + once + held
    }

    private func head(_ lanes: [LaneProgress], _ elapsed: String) -> String {
        let counts = Dictionary(grouping: lanes, by: \.group).mapValues(\.count)
        let order: [LaneProgress.Group] = [
            .done, .warning, .notChecked, .failed, .unknown, .running, .held, .waiting,
        ]
        let parts = order.compactMap { group in counts[group].map { "\(group.word(language)) \($0)" } }
        let slowest = lanes.filter { $0.group == .running }.min { ($0.since ?? .max) < ($1.since ?? .max) }
        let tail = slowest.map {
            "  " + Phrases.text("slowest {target}", language, ["target": plan.lanes[$0.lane].description])
        }
        return "\(elapsed)  \(parts.joined(separator: " · "))\(tail ?? "")"
    }

    /// What goes on once, on the controller.
    private var controllerLines: [String] {
        records.values.filter { $0.key.lane == Plan.controllerLane && plan.steps[$0.key.step].role == .task }
            .filter { $0.state == .running || $0.state == .held }.sorted { $0.key < $1.key }
            .map { record in
                let mark = StateText.mark(record.state, record.report.level)
                return "  \(Phrases.text("controller", language))  \(mark)  \(plan.steps[record.key.step].path)"
            }
    }
}

/// One target's line in the picture.
struct LaneProgress {
    enum Group: Hashable {
        case done, warning, notChecked, failed, unknown, running, held, waiting

        /// What is to be looked at first stands first.
        var rank: Int {
            switch self {
            case .failed: 0
            case .unknown: 1
            case .held: 2
            case .running: 3
            case .notChecked: 4
            case .warning: 5
            case .waiting: 6
            case .done: 7
            }
        }

        func word(_ language: Language) -> String {
            switch self {
            case .done: StateText.words(.succeeded, .ok, language)
            case .warning: StateText.words(.succeeded, .warning, language)
            case .notChecked: StateText.words(.succeeded, .unknown, language)
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
        if any(.running) || any(.ready) { return .running }
        guard steps.allSatisfy({ $0.record?.state.isFinal ?? false }) else { return .waiting }
        let levels = steps.compactMap(\.record).filter { $0.state == .succeeded }.map(\.report.level)
        if levels.contains(.unknown) { return .notChecked }
        return levels.contains(.warning) ? .warning : .done
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
