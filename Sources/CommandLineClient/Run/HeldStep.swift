// SPDX-License-Identifier: Apache-2.0

import Model

/// A step that waits for a person, on however many lanes.
struct HeldStep {
    let path: StepPath
    let hold: Hold

    /// The held steps among some records, each once, in the plan's order.
    static func all(among records: some Sequence<StepRecord>, of plan: Plan) -> [HeldStep] {
        var holds: [Int: Hold] = [:]
        for record in records where record.state == .held { holds[record.key.step] = record.hold ?? Hold(prompt: "") }
        return holds.sorted { $0.key < $1.key }.map { HeldStep(path: plan.steps[$0.key].path, hold: $0.value) }
    }

    /// What is asked, of whom, and how to answer.
    func lines(_ run: RunID, _ language: Language) -> [String] {
        let asked = Phrases.text(
            "{step} waits for a person: {prompt}", language,
            ["step": path.rawValue, "prompt": hold.prompt.text(language)])
        let command = "firstline run release \(run) --step \(path)"
        var how = [Phrases.text("'{command}' lets it go on, with --reject it fails", language, ["command": command])]
        if !hold.approvers.isEmpty {
            let names = hold.approvers.joined(separator: ", ")
            how.insert(Phrases.text("may be answered by {approvers}", language, ["approvers": names]), at: 0)
        }
        return [asked.printable, "  " + how.joined(separator: "; ").printable]
    }
}
