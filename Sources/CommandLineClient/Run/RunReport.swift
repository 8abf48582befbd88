// SPDX-License-Identifier: Apache-2.0

import Engine
import Model

/// The result of a run, in every form: what each target has come to, and why.
struct RunReport {
    private let view: RunView
    private let language: Language

    init(_ view: RunView, _ language: Language) {
        self.view = view
        self.language = language
    }

    func put(_ format: OutputFormat) throws {
        let document = RunDocument(view, language: language)
        switch format {
        case .json: CommandLineClient.put(try Encoding.json(document))
        case .jsonl: CommandLineClient.put(try Encoding.line(document))
        case .yaml: CommandLineClient.put(try Encoding.yaml(document))
        case .name: CommandLineClient.put(view.run.id.rawValue + "\n")
        case .csv:
            CommandLineClient.put(
                CSV.text([header(wide: true)] + RunReport(view, .english).rows(wide: true, colours: false)), .csv)
        case .table, .wide:
            let wide = format == .wide
            let header = header(wide: wide).map { Phrases.text($0, language) }
            let waits = view.waitsFor.map { phrase("it waits {for}", ["for": Phrases.text($0, language)]) }
            let lines = [summary] + held + [waits].compactMap(\.self)
            let history = wide && !view.actions.isEmpty ? Table(historyHeader, history).text + "\n" : ""
            CommandLineClient.put(
                Table(header, rows(wide: wide, colours: true)).text + "\n" + history + lines.joined(separator: "\n")
                    + "\n")
        }
    }

    private func header(wide: Bool) -> [String] {
        wide
            ? ["TARGET", "STEP", "STATE", "CHANGED", "TIME", "TRY", "EXIT", "CODE", "WHAT", "OUTPUTS"]
            : ["TARGET", "STATE", "CHANGED", "TIME", "WHAT"]
    }

    func rows(wide: Bool, colours: Bool) -> [[String]] {
        wide
            ? view.targets.flatMap { stepRows($0, colours) } + controllerRows(colours)
            : view.targets.map(targetRow) + view.notableControllerSteps.map(controllerRow)
    }

    private var historyHeader: [String] { ["AT", "BY", "DONE", "STEP", "WHY"].map { phrase($0) } }

    /// What persons did to the run.
    private var history: [[String]] {
        view.actions.map { action in
            [
                action.at.description, action.by, phrase(action.kind.rawValue), action.step?.rawValue ?? "",
                action.reason.map { Phrases.text($0, language) } ?? "",
            ]
        }
    }

    private func targetRow(_ target: TargetView) -> [String] {
        let state = StateText.words(target.state, target.level, language)
        var time = ""
        if let start = target.startedAt, let end = target.endedAt { time = (end - start).short }
        return [
            target.target.description, StateText.coloured(state, target.state, target.level),
            phrase(target.changed ? "yes" : "no"), time,
            what(target),
        ]
    }

    /// The reason of a failure, or the summaries of the steps that have one, the last of them first in rank.
    private func what(_ target: TargetView) -> String {
        if let why = target.explanation(view.plan, language) {
            return (target.failedStep.map { "\($0.path): " } ?? "") + why
        }
        let findings = target.steps.filter(\.isLatest).flatMap { step in
            step.record.report.findings.filter { $0.level > .info }.map { text($0.message, step) }
        }
        if !findings.isEmpty { return findings.joined(separator: "; ") }
        let told = target.steps.last { $0.isLatest && $0.record.report.summary != nil }
        return told.flatMap { step in step.record.report.summary.map { text($0, step) } } ?? ""
    }

    private func text(_ message: Message, _ step: StepView) -> String {
        message.text(in: language, texts: view.plan.texts(of: step.step))
    }

    private func stepRows(_ target: TargetView, _ colours: Bool) -> [[String]] {
        target.steps.map { row(target.target.description, $0, colours) }
    }

    private func controllerRows(_ colours: Bool) -> [[String]] {
        view.controllerSteps.map { row(phrase("controller"), $0, colours) }
    }

    /// What ran once, as one line among the targets.
    private func controllerRow(_ step: StepView) -> [String] {
        let record = step.record
        let state = StateText.words(record.state, record.report.level, language)
        let words = view.plan.words(of: record, language).map { ": \($0)" } ?? ""
        return [
            phrase("controller"), StateText.coloured(state, record.state, record.report.level),
            phrase(record.report.changed ? "yes" : "no"), record.duration?.short ?? "", "\(step.path)\(words)",
        ]
    }

    private func row(_ name: String, _ step: StepView, _ colours: Bool) -> [String] {
        let record = step.record
        let state = StateText.words(record.state, record.report.level, language)
        return [
            name, step.path.rawValue, colours ? StateText.coloured(state, record.state, record.report.level) : state,
            phrase(record.report.changed ? "yes" : "no"), record.duration?.short ?? "", String(record.attempt),
            record.report.exitCode.map(String.init) ?? "", codes(record),
            view.plan.words(of: record, language) ?? "", outputs(record, isShort: colours),
        ]
    }

    /// The reason's code, and those of what was found.
    private func codes(_ record: StepRecord) -> String {
        let findings = record.report.findings.filter { $0.level > .info }.map(\.code)
        return ([record.reason?.code].compactMap(\.self) + findings).joined(separator: ", ")
    }

    /// What the step handed over, as `name=value`; on a screen each value is on one line, and long ones are cut.
    private func outputs(_ record: StepRecord, isShort: Bool) -> String {
        record.report.outputs.sorted { $0.key < $1.key }.map { name, value in
            guard isShort else { return "\(name)=\(value.text)" }
            let text = value.text.replacing("\n", with: ",")
            return "\(name)=\(text.count > 40 ? text.prefix(39) + "…" : text)"
        }.joined(separator: " ")
    }

    private func phrase(_ english: String, _ values: [String: String] = [:]) -> String {
        Phrases.text(english, language, values)
    }

    /// The run's state; one in which a check could not look is not called OK.
    private var state: String {
        view.isNotChecked
            ? StateText.words(.succeeded, .unknown, language) : StateText.words(view.run.state, language)
    }

    var summary: String {
        let counts = view.counts
        func part(_ count: Int, _ english: String) -> String? {
            count > 0 ? phrase(english, ["count": String(count)]) : nil
        }
        let good = [
            counts.targets == 0 ? nil : phrase("{count} OK", ["count": String(counts.succeeded)]),
            part(counts.warnings, "({count} with warnings)"),
        ]
        let failed = part(counts.failed, "{count} failed").map {
            [$0, part(counts.unreachable, "({count} not reached)")]
        }
        let parts =
            [good, failed ?? []].map { $0.compactMap(\.self).joined(separator: " ") }
            + [
                part(counts.notChecked, "{count} not checked"), part(counts.unknown, "{count} unknown"),
                part(counts.skipped, "{count} skipped"),
                part(counts.cancelled, "{count} cancelled"), part(counts.running + counts.waiting, "{count} not ended"),
            ].compactMap(\.self)
        var time = ""
        if let start = view.run.startedAt, let end = view.run.endedAt {
            time = " " + phrase("in {time}", ["time": (end - start).short])
        }
        let head = phrase(
            "run {run} {state}",
            ["run": view.run.id.rawValue, "state": state])
        let figures = parts.filter { !$0.isEmpty }.joined(separator: ", ")
        return head + (figures.isEmpty ? "" : ": ") + figures + time
    }

    /// What waits for a person, and how to answer.
    private var held: [String] {
        let steps = view.controllerSteps + view.targets.flatMap(\.steps)
        let records = steps.filter(\.isLatest).map(\.record)
        return HeldStep.all(among: records, of: view.plan).flatMap { $0.lines(view.run.id, language) }
    }
}
