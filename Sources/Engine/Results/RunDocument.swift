// SPDX-License-Identifier: Apache-2.0

package import Model

/// A value that is written as `null` where there is none, so that an object has the same keys always.
package struct OrNull<Wrapped: Encodable & Sendable>: Encodable, Sendable {
    let value: Wrapped?
    init(_ value: Wrapped?) { self.value = value }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

/// A run as one object for programs: the documented form of `run … -o json` and `run get … -o json`.
package struct RunDocument: Encodable, Sendable {
    package struct RunPart: Encodable, Sendable {
        let id: RunID
        let job: JobID
        let title: String
        let state: RunState
        let planDigest: String
        let operatorName: String
        let startedAt: OrNull<String>
        let endedAt: OrNull<String>
        let counts: RunCounts

        private enum CodingKeys: String, CodingKey {
            case id, job, title, state, planDigest, startedAt, endedAt, counts
            case operatorName = "operator"
        }
    }

    package struct TargetPart: Encodable, Sendable {
        let target: String
        let host: String
        let state: StepState
        let level: Level
        let changed: Bool
        let reason: OrNull<String>
        let message: OrNull<String>
        let steps: [StepPart]
    }

    package struct StepPart: Encodable, Sendable {
        let path: StepPath
        let type: TaskTypeName
        let state: StepState
        let level: Level
        let changed: Bool
        let reason: OrNull<String>
        let message: OrNull<String>
        let exitCode: OrNull<Int>
        let attempt: Int
        let startedAt: OrNull<String>
        let durationMs: OrNull<Int64>
        let summary: OrNull<String>
        let outputs: [String: Value]
        let findings: [FindingPart]
        let artifacts: [String]
        let log: LogPart
    }

    package struct FindingPart: Encodable, Sendable {
        let level: Level
        let code: String
        let message: String
    }

    package struct LogPart: Encodable, Sendable {
        let bytes: Int
        let cut: Int
    }

    package struct ControllerPart: Encodable, Sendable {
        let steps: [StepPart]
    }

    /// What a person did to the run.
    package struct ActionPart: Encodable, Sendable {
        let at: String
        let by: String
        let what: RunAction.Kind
        let step: OrNull<StepPath>
        let why: OrNull<String>

        init(_ action: RunAction) {
            at = action.at.description
            by = action.by
            what = action.kind
            step = OrNull(action.step)
            why = OrNull(action.reason.flatMap { $0.isEmpty ? nil : $0.description })
        }
    }

    let run: RunPart
    let targets: [TargetPart]
    /// What ran once, on the controller; left out where nothing did.
    let controller: ControllerPart?
    let actions: [ActionPart]

    /// Makes the object, with messages in a language.
    package init(_ view: RunView, language: Language) {
        let plan = view.plan
        run = RunPart(
            id: view.run.id, job: view.run.job, title: plan.title.text(language), state: view.run.state,
            planDigest: view.run.planDigest, operatorName: view.run.operatorName,
            startedAt: OrNull(view.run.startedAt?.description), endedAt: OrNull(view.run.endedAt?.description),
            counts: view.counts)
        targets = view.targets.map { target in
            TargetPart(
                target: target.target.description, host: target.target.host.rawValue, state: target.state,
                level: target.level, changed: target.changed, reason: OrNull(target.reason?.code),
                message: OrNull(target.explanation(plan, language)),
                steps: target.steps.map { StepPart($0, plan, language) })
        }
        controller =
            view.controllerSteps.isEmpty
            ? nil : ControllerPart(steps: view.controllerSteps.map { StepPart($0, plan, language) })
        actions = view.actions.map(ActionPart.init)
    }
}

extension RunDocument.StepPart {
    init(_ step: StepView, _ plan: Plan, _ language: Language) {
        let record = step.record
        let texts = plan.texts(of: step.step)
        self.init(
            path: step.path, type: plan.steps[step.step].type, state: record.state, level: record.report.level,
            changed: record.report.changed, reason: OrNull(record.reason?.code),
            message: OrNull(step.explanation(plan, language)),
            exitCode: OrNull(record.report.exitCode), attempt: record.attempt,
            startedAt: OrNull(record.startedAt?.description),
            durationMs: OrNull(record.duration?.milliseconds),
            summary: OrNull(record.report.summary?.text(in: language, texts: texts)), outputs: record.report.outputs,
            findings: record.report.findings.map {
                RunDocument.FindingPart(
                    level: $0.level, code: $0.code, message: $0.message.text(in: language, texts: texts))
            },
            artifacts: record.report.artifacts,
            log: RunDocument.LogPart(bytes: record.log.written, cut: record.log.cut))
    }
}

extension StepRecord {
    /// From its start to its end.
    package var duration: Duration? {
        guard let startedAt, let endedAt else { return nil }
        return endedAt - startedAt
    }
}

extension Plan {
    /// The texts of the job a step belongs to, and those the product itself uses.
    package func texts(of step: Int) -> [String: Localized] {
        scopes[steps[step].scope].messages.merging(ownTexts) { theirs, _ in theirs }
    }
}

/// Texts of findings and summaries that the product itself makes.
private let ownTexts: [String: Localized] = [
    "released": Localized([
        .english: "released by {by}", .korean: "{by} 승인", .japanese: "{by} が保留を解除",
    ]),
    "set-ok": Localized([
        .english: "set OK by {by}: {why}", .korean: "{by} 정상 처리: {why}", .japanese: "{by} が正常とみなした: {why}",
    ]),
    "rebooted": Localized([
        .english: "The machine was started anew and is up again", .korean: "장비가 재부팅되어 다시 올라왔습니다",
        .japanese: "マシンは再起動し、復帰しました",
    ]),
    "VALUE-MISSING": Localized([
        .english: "{name} is missing, so {code} could not be judged",
        .korean: "{name} 값이 없어 {code} 판정 불가", .japanese: "{name} の値がなく、{code} を判定できません",
    ]),
    "run-started": Localized([
        .english: "started run {run} of {job}", .korean: "{job} 실행 {run} 시작", .japanese: "{job} の実行 {run} を開始",
    ]),
]
