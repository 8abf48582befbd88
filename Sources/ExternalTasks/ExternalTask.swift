// SPDX-License-Identifier: Apache-2.0

import Expressions
package import Model
package import TaskKit

/// A task type made from a manifest and a program in any language.
///
/// The program is a process of its own: it gets one JSON object on standard input, answers with one JSON object a line on
/// standard output, and sees no environment but what its manifest keeps. Planner, engine and clients see a task type like any
/// other.
package struct ExternalTask: TaskType {
    /// What a task wrote, decoded.
    package struct Parameters: Sendable {
        /// The values given, by name; those still to come are missing.
        let values: [String: Value]
        /// What was written, for the plan.
        let shown: [(name: String, text: String)]
        /// When an output is worth a finding.
        let thresholds: [Threshold]
    }

    package let name: TaskTypeName
    package let summary: Localized
    package let parameters: [ParameterSpec]
    package let outputs: [OutputSpec]
    package let defaultPlacement: Placement
    package let defaultEffect: Effect
    package let isResumable = true
    package let branches: Bool
    package let example: String
    private let manifest: Manifest
    private let program: PluginFile
    private let call: PluginCall

    init(_ manifest: Manifest, _ program: PluginFile, folder: String) throws(Problems) {
        call = try PluginCall(manifest, program, folder: folder)
        self.manifest = manifest
        self.program = program
        name = manifest.name
        summary = manifest.summary
        outputs = manifest.outputs
        parameters = manifest.inputs.map(\.spec) + (manifest.outputs.isEmpty ? [] : [thresholdsSpec])
        defaultPlacement = manifest.runs == .host ? .each : .controller
        defaultEffect = manifest.effect
        branches = manifest.branches
        example = exampleText(manifest)
    }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Parameters {
        var given: [String: Value] = [:]
        var shown: [(name: String, text: String)] = []
        for input in manifest.inputs {
            let name = input.spec.name
            if input.spec.isRequired, !values.has(name) { throw values.missing(name) }
            given[name] = try readInput(values, name, input.kind, input.spec.choices) ?? input.standard
            let text = values.setting(name)?.shownText ?? input.standard?.text
            if let text { shown.append((name, text)) }
        }
        return Parameters(values: given, shown: shown, thresholds: try readThresholds(values))
    }

    package func preview(_ parameters: Parameters) -> [PlannedAction] {
        let words = parameters.shown.map { " " + quotedForReading("\($0.name)=\($0.text)") }.joined()
        return [
            PlannedAction(
                "\(call.line) < \(name)\(words)", scriptBytes: program.bytes,
                environment: manifest.environment.map { PlannedVariable($0) })
        ]
    }

    /// The program holds what it reports somewhere.
    package func review(_ parameters: Parameters) -> TaskReview {
        var review = TaskReview()
        if program.bytes.count <= longestReviewed, let text = String(validating: program.bytes, as: UTF8.self) {
            review.sources = [text]
        } else {
            review.isWhole = false
        }
        return review
    }

    package func run(_ parameters: Parameters, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        guard program.isUnchanged else {
            throw TaskFailure(.pluginFailed, "\(program.path) was changed since the product started; start it again")
        }
        let listener = PluginListener(passingOnTo: context.output)
        var command = call.command
        command.standardInput = try pluginInput(parameters.values, context)
        let execution =
            manifest.runs == .host
            ? try await context.execute(command, output: listener)
            : try await context.executeOnController(command, output: listener)
        let judgement = PluginJudgement(manifest, parameters.thresholds, context.effect)
        return judgement.outcome(of: execution, await listener.finish())
    }

    /// What its own parameters refuse in the example of its manifest; nothing where there is none.
    var exampleErrors: [ParameterError] {
        guard manifest.example.place != nil else { return [] }
        let values = ParameterValues(manifest.example)
        var collector = Collector()
        collector.errors = checkKeys(manifest.example, parameters)
        for input in manifest.inputs {
            _ = collector.take { () throws(ParameterError) in
                try readInput(values, input.spec.name, input.kind, input.spec.choices)
            }
        }
        _ = collector.take { () throws(ParameterError) in try readThresholds(values) }
        return collector.errors
    }

    private func readThresholds(_ values: ParameterValues) throws(ParameterError) -> [Threshold] {
        let kinds = Dictionary(outputs.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
        do throws(ThresholdError) {
            return try [Threshold](reading: values.setting("thresholds"), outputs: kinds, isFilled: values.isFilled)
        } catch {
            throw ParameterError(
                error.path.isEmpty ? "thresholds" : "thresholds/" + error.path, error.message, at: error.place)
        }
    }
}

/// The largest program in which codes are looked for.
private let longestReviewed = 1_048_576

private let thresholdsSpec = ParameterSpec(
    "thresholds", .any, "When an output is worth a finding: `{value, warning, error, code, absolute}`.")

extension Setting {
    /// The setting as it is written, for a plan; the items of a list on a line each.
    fileprivate var shownText: String {
        switch content {
        case .scalar(let text, _): text
        case .list(let items): items.map(\.shownText).joined(separator: "\n")
        case .empty, .map: plainValue.text
        }
    }
}
