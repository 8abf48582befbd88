// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import Planning

/// `firstline plan <job>`.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show exactly what a job would do on which host. Nothing is contacted.",
        discussion: """
            Ends with 0 when the plan only checks, with 1 when it changes something. The JSON form is a contract: \
            'firstline run --plan FILE' runs exactly that, or refuses.
            """)

    @Argument(help: "The job, such as mw.nginx.restart.", completion: .custom(Completion.jobs))
    var job: String

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var given: ValueOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var common: CommonOptions

    @Flag(help: "Show the targets and nothing else.")
    var listHosts = false

    func run() async throws {
        let asked = try PlanAsked(job: job, selection, given, pace, common)
        for warning in asked.warnings.all { say(Phrases.text(warning, common.language)) }
        let plan = asked.plan
        if listHosts { return try TargetItem.put(plan, common.format) }
        let document = PlanDocument(plan, registry: asked.registry, language: common.language)
        switch common.format {
        case .table, .wide: put(PlanText(document, of: plan, language: common.language).whole + "\n")
        case .json: put(try Encoding.json(PlanFile(document, try await asked.contract(common))))
        case .jsonl: put(try Encoding.line(PlanFile(document, try await asked.contract(common))))
        case .yaml: put(try Encoding.yaml(document))
        case .name: put(plan.digest + "\n")
        case .csv: put(document.csv, .csv)
        }
        if plan.changesAnything { throw ExitCode(1) }
    }
}
