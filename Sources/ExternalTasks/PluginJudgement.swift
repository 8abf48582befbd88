// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// Says how a plug-in's work ended, from its end and its words.
///
/// What it says is as little trusted as any host's output.
struct PluginJudgement {
    private struct BadAnswer: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    private let manifest: Manifest
    private let thresholds: [Threshold]
    private let effect: Effect

    init(_ manifest: Manifest, _ thresholds: [Threshold], _ effect: Effect) {
        self.manifest = manifest
        self.thresholds = thresholds
        self.effect = effect
    }

    /// The outcome.
    func outcome(of execution: Execution, _ words: PluginWords) -> TaskOutcome {
        var silent = Report(changed: effect == .change)
        switch execution.exit {
        case .leftRunning: return .leftRunning(silent)
        case .rebooted: return judge(0, words, silent)
        case .killed(let completely):
            let reason = Reason(
                .timeLimit,
                completely
                    ? "the time limit passed; it was ended"
                    : execution.incompleteEnd)
            return completely || effect == .check ? .failed(reason, silent) : .unknown(reason, silent)
        case .code(let code):
            silent.exitCode = code
            return judge(code, words, silent)
        }
    }

    private func judge(_ code: Int, _ words: PluginWords, _ silent: Report) -> TaskOutcome {
        switch words {
        case .broken(let what):
            return .failed(Reason(.pluginFailed, "\(manifest.name) broke the protocol: \(what)"), silent)
        case .nothing:
            let reason = Reason(.pluginFailed, "\(manifest.name) ended with exit code \(code) and without an outcome")
            return .failed(reason, silent)
        case .answer(let answer):
            do throws(BadAnswer) {
                let report = try report(answer, code)
                guard code == 0 else {
                    let reason = Reason(
                        .pluginFailed, "\(manifest.name) gave an outcome and then ended with exit code \(code)")
                    return .failed(reason, report)
                }
                return outcome(answer, report)
            } catch {
                return .failed(
                    Reason(.badOutput, "the outcome of \(manifest.name) cannot be used: \(error.message)"), silent)
            }
        }
    }

    private func outcome(_ answer: PluginAnswer, _ report: Report) -> TaskOutcome {
        let message = answer.message.map { excerpt($0, limit: 1000) } ?? "\(manifest.name) says so, without a reason"
        let code = answer.code.flatMap { isWord($0) ? $0 : nil } ?? ReasonCode.pluginFailed.rawValue
        switch answer.outcome {
        case .failed: return .failed(Reason(code: code, message), report)
        case .unknown: return .unknown(Reason(code: code, message), report)
        case .branch: return .branch(answer.taken == true, report)
        case .succeeded: break
        }
        var report = report
        do throws(EvaluationError) {
            report.findings += try thresholds.findings(for: report.outputs, beside: report.findings)
        } catch {
            return .failed(Reason(.evaluation, "a threshold could not be judged: \(error.message)"), report)
        }
        report.level = report.findings.map(\.level).max() ?? .ok
        if let worst = report.findings.first(where: { $0.level == .error }) {
            return .failed(Reason(.finding, excerpt(worst.message.text(in: .english, texts: [:]))), report)
        }
        return .succeeded(report)
    }

    private func report(_ answer: PluginAnswer, _ code: Int) throws(BadAnswer) -> Report {
        var report = Report(changed: answer.changed ?? (effect == .change), exitCode: code)
        for (name, json) in (answer.values ?? [:]).sorted(by: { $0.key < $1.key }) {
            report.outputs[name] = try value(name, json)
        }
        for finding in answer.findings ?? [] {
            guard isWord(finding.code), finding.level != .ok, report.findings.count < 1000 else {
                throw BadAnswer("'\(excerpt(finding.code, limit: 40))' cannot be a finding")
            }
            report.findings.append(Finding(finding.level, finding.code, try plain(finding.values)))
        }
        if let summary = answer.summary {
            report.summary = Message(excerpt(summary.id, limit: 500), try plain(summary.values))
        }
        for artifact in answer.artifacts ?? [] {
            guard ValueKind.path.value(from: artifact) != nil, report.artifacts.count < 1000 else {
                throw BadAnswer("an artifact is an absolute path without '..', not '\(excerpt(artifact, limit: 80))'")
            }
            report.artifacts.append(artifact)
        }
        report.level = report.findings.map(\.level).max() ?? .ok
        return report
    }

    private func value(_ name: String, _ json: JSONValue) throws(BadAnswer) -> Value {
        guard let spec = manifest.outputs.first(where: { $0.name == name }) else {
            throw BadAnswer("'\(excerpt(name, limit: 40))' is not declared under outputs")
        }
        guard let value = json.value(spec.kind) else {
            let text = json.text ?? "a list"
            let wanted = spec.kind.expectation(insteadOf: text)
            throw BadAnswer("\(name) must be \(wanted), not '\(excerpt(text, limit: 80))'")
        }
        return value
    }

    private func plain(_ values: [String: JSONValue]?) throws(BadAnswer) -> [String: Value] {
        var result: [String: Value] = [:]
        for (key, json) in values ?? [:] {
            guard isWord(key), let text = json.text, result.count < 64 else {
                throw BadAnswer("'\(excerpt(key, limit: 40))' is no value for a text")
            }
            result[key] = .text(text)
        }
        return result
    }
}
