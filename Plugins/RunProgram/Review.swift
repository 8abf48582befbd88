// SPDX-License-Identifier: Apache-2.0

import Model
package import TaskKit

extension RunProgram {
    /// What the script, the thresholds and the summary show of what the task reports.
    package func review(_ parameters: Parameters) -> TaskReview {
        var review = TaskReview()
        if let id = parameters.summary {
            let values = Set(parameters.outputs.map(\.spec.name) + ["exitCode"])
            review.texts.append(.init(.summary, id, values: values, at: parameters.summaryPlace))
        }
        guard let script = parameters.script else { return review }
        let words = ScriptWords(script.text)
        review.sources = [words.rest]
        review.texts += words.texts.map { text in
            .init(text.kind, text.id, values: text.values, at: script.place(text.line, text.column))
        }
        review.warnings = script.marks.filter { !$0.isFatal }.map(script.error)
        review.warnings += undeclared(words, parameters, script) + unwritten(words, parameters, script)
        return review
    }

    /// Values that the script hands over and the task does not declare.
    private func undeclared(_ words: ScriptWords, _ parameters: Parameters, _ script: ScriptSource) -> [ParameterError]
    {
        let declared = Set(parameters.outputs.map(\.spec.name))
        return words.outputs.filter { !declared.contains($0.name) }.map { output in
            let meant = didYouMean(output.name, among: declared.sorted())
            let help = meant.isEmpty ? "; add \(output.name): {type: text} there" : meant
            return ParameterError(
                "script",
                "hands over '\(output.name)', which is not declared under outputs: the step would do its work and then fail "
                    + "with bad-output\(help)", at: script.place(output.line, output.column))
        }
    }

    /// Values that the task declares and the script never names, where all that it hands over can be seen.
    private func unwritten(_ words: ScriptWords, _ parameters: Parameters, _ script: ScriptSource) -> [ParameterError] {
        guard !words.outputs.isEmpty, !words.makesOutputs else { return [] }
        return parameters.outputs.filter { $0.source == nil && !script.text.contains($0.spec.name) }.map { output in
            ParameterError(
                "outputs/\(output.spec.name)",
                "the script never hands it over: what uses it gets empty text, and a threshold VALUE-MISSING; delete it, or "
                    + "write the line value \(output.spec.name)=… in the script", at: output.place)
        }
    }
}
