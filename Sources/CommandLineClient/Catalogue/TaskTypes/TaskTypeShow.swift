// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline task-type show <name>`.
struct TaskTypeShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a task type asks for and hands over, with an example.")

    @Argument(help: "The task type, such as RunProgram.", completion: .custom(Completion.taskTypes))
    var name: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let all = try TaskTypeDocument.all(common)
        guard let document = all.first(where: { $0.name.rawValue == name }) else {
            let known = all.map(\.name.rawValue)
            let hint = didYouMean(name, among: known, orElse: "'firstline task-type list' shows them")
            throw CommandFailure(.usage, "there is no task type '\(name)'; \(hint)")
        }
        put(try sheet(document).text(common.format), common.format)
    }

    private func sheet(_ document: TaskTypeDocument) -> Sheet<TaskTypeDocument> {
        let language = common.language
        return Sheet(item: document, name: document.name.rawValue) { _ in
            [
                .line("\(document.name)  \(document.summary.text(language))"),
                .fields([
                    ("Runs on", document.on + ", unless the task says otherwise"), ("Effect", document.effect.rawValue),
                ]),
                .table(
                    "Parameters, under 'with'", header: ["NAME", "WRITTEN AS", "REQUIRED", "WHAT IT IS"],
                    rows: document.parameters.map { $0.row(language) }),
                .table(
                    "Outputs", header: ["NAME", "TYPE", "WHAT IT IS"],
                    rows: document.outputs.map { [$0.name, $0.type.rawValue, $0.help.text(language)] }),
                .text("Example", document.example.trimmingSuffix { $0.isNewline }),
            ]
        }
    }
}

extension TaskTypeDocument.Parameter {
    fileprivate func row(_ language: Language) -> [String] {
        let choices = choices.map { "one of " + $0.joined(separator: ", ") } ?? ""
        let texts = [help.text(language), choices].filter { !$0.isEmpty }
        return [name, shape, required ? "yes" : "", texts.joined(separator: " ")]
    }
}

extension String {
    /// The text without characters of a kind at its end.
    fileprivate func trimmingSuffix(while isUnwanted: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isUnwanted(last) { text.removeLast() }
        return text
    }
}
