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
        let declared = Set(parameters.outputs.map(\.spec.name))
        for output in words.outputs where !declared.contains(output.name) {
            let meant = didYouMean(output.name, among: declared.sorted())
            let help = meant.isEmpty ? "; add \(output.name): {type: text} there" : meant
            review.warnings.append(
                ParameterError(
                    "script",
                    "hands over '\(output.name)', which is not declared under outputs: the step would do its work and then "
                        + "fail with bad-output\(help)", at: script.place(output.line, output.column)))
        }
        return review
    }
}
