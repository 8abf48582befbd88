// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// Says how a program did, from its exit, its words and what it handed over.
struct Judgement {
    private let parameters: RunProgram.Parameters
    private let search: OutputSearch
    private let effect: Effect

    init(_ parameters: RunProgram.Parameters, _ search: OutputSearch, _ effect: Effect) {
        self.parameters = parameters
        self.search = search
        self.effect = effect
    }

    /// The outcome of an execution.
    func outcome(of execution: Execution) -> TaskOutcome {
        let file = ResultFile(execution.outputFile, outputs: parameters.outputs.map(\.spec))
        var report = Report(
            changed: file.changed ?? (effect == .change), summary: file.summary, outputs: file.values,
            findings: file.findings, artifacts: file.artifacts)
        let badValue = addFoundValues(to: &report)
        switch execution.exit {
        case .killed(let completely): return ended(completely ? nil : execution.incompleteEnd, report)
        case .leftRunning: return .leftRunning(settled(report))
        case .rebooted:
            if report.summary == nil { report.summary = Message("rebooted") }
            return .succeeded(settled(report))
        case .code(let code):
            report.exitCode = code
            let reason = programReason(code, report) ?? file.problem.map(badOutput) ?? badValue ?? judge(&report)
            let result = settled(report)
            return reason.map { .failed($0, result) } ?? .succeeded(result)
        }
    }

    /// A change that may still be at work must not be followed by anything.
    private func ended(_ incompletely: String?, _ report: Report) -> TaskOutcome {
        guard let incompletely else {
            return .failed(
                Reason(.timeLimit, "the time limit passed; it was ended with all it started"), settled(report))
        }
        let reason = Reason(.timeLimit, incompletely)
        return effect == .change ? .unknown(reason, settled(report)) : .failed(reason, settled(report))
    }

    /// Adds the values found in the program's words; the reason if one is not of its kind.
    private func addFoundValues(to report: inout Report) -> Reason? {
        for output in parameters.outputs {
            guard let text = search.values[output.spec.name] else { continue }
            guard let value = output.spec.kind.value(from: text) else {
                let (wanted, shown) = (output.spec.kind.expectation(insteadOf: text), excerpt(text, limit: 80))
                return Reason(.badOutput, "\(output.spec.name) must be \(wanted), not '\(shown)'")
            }
            report.outputs[output.spec.name] = value
        }
        return nil
    }

    /// What the exit code and the words say.
    private func programReason(_ code: Int, _ report: Report) -> Reason? {
        if parameters.errorWhen.fails(code) { return exitReason(code, report) }
        if let hit = search.hit {
            return Reason(.errorCondition, "\(hit.mark.words): \(hit.line)")
        }
        return search.failure.map { Reason(.evaluation, "what it wrote could not be searched: \($0)") }
    }

    private func exitReason(_ code: Int, _ report: Report) -> Reason {
        let found = report.findings.filter { $0.level == .error }.map { "; it reports " + words(of: $0) }.first ?? ""
        guard let signal = signals[code - 128] else {
            return Reason(.exitCode, "it ended with exit code \(code)\(found)")
        }
        return Reason(.signal, "it ended with exit code \(code), as after signal \(signal)\(found)")
    }

    private func badOutput(_ problem: String) -> Reason {
        Reason(.badOutput, "what it wrote to $FIRSTLINE_OUTPUT cannot be used: \(problem)")
    }

    /// Adds the findings of thresholds; the reason if something is an error.
    private func judge(_ report: inout Report) -> Reason? {
        do throws(EvaluationError) {
            report.findings += try parameters.thresholds.findings(for: report.outputs, beside: report.findings)
        } catch {
            return Reason(.evaluation, "a threshold could not be judged: \(error.message)")
        }
        return report.findings.first { $0.level == .error }.map { Reason(.finding, words(of: $0)) }
    }

    /// The report with its level and its line for the operator.
    private func settled(_ report: Report) -> Report {
        var report = report
        report.level = report.findings.map(\.level).max() ?? .ok
        if report.summary == nil, let id = parameters.summary {
            var values = report.outputs
            values["exitCode"] = report.exitCode.map(Value.integer)
            report.summary = Message(id, values)
        }
        return report
    }

    private func words(of finding: Finding) -> String {
        excerpt(finding.message.text(in: .english, texts: [:]))
    }
}

/// Signals that end programs which did not ask for it; a shell tells of them as 128 and the number.
private let signals: [Int: String] = [
    1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE",
    15: "TERM",
    24: "XCPU", 25: "XFSZ", 31: "SYS",
]
