// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline job graph <job>`.
struct JobGraph: AsyncParsableCommand {
    /// What the flow is drawn as.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        case picture, dot, mermaid
    }

    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Draw a job's flow: its tasks, and whether the next follows after OK, ERROR or ALL.",
        discussion: "firstline job graph mw.nginx.restart --format dot | dot -Tsvg > restart.svg")

    @Argument(help: "The job, such as mw.nginx.restart, or an alias of it.", completion: .custom(Completion.jobs))
    var job: String

    @Option(help: "A picture of letters, or text for Graphviz (dot) or Mermaid.")
    var format: Form = .picture

    @Flag(help: "Open the jobs that it calls.")
    var open = false

    @Flag(help: "Draw with + - | only.")
    var ascii = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (job, library) = try findJob(job, common)
        let flow = FlowReader(library: library, registry: try loadRegistry(common))
        let trees = FlowTree.trees(of: job, flow)
        let document = GraphDocument(job, trees)
        guard [.table, .wide].contains(common.format) else {
            let sheet = Sheet(item: document, name: job.id.rawValue, sections: { _ in [] })
            return put(try sheet.text(common.format), common.format)
        }
        put(text(of: job, FlowGraph(trees, opensCalls: open)))
    }

    private func text(of job: Job, _ graph: FlowGraph) -> String {
        let language = common.language
        let title = "\(job.id)  \(job.title.text(language))"
        switch format {
        case .dot: return DotText(graph: graph, title: title, language: language).text
        case .mermaid: return MermaidText(graph: graph, title: title, language: language).text
        case .picture:
            let lines = [title, ""] + FlowPicture.lines(graph, language)
            sayWidth(of: lines)
            let text = lines.map { $0 + "\n" }.joined()
            return ascii || !Surroundings.showsUnicode ? PlainPicture.text(text) : text
        }
    }

    /// A picture that a terminal breaks into pieces is worse than none.
    private func sayWidth(of lines: [String]) {
        let width = lines.map(Table.width).max() ?? 0
        let columns = Surroundings.terminalSize.columns
        guard Surroundings.isTerminal(1), width > columns else { return }
        say(
            "the picture is \(width) columns wide and the terminal \(columns); look at it with 'less -S', or use --format dot"
        )
    }
}

/// A flow as programs see it.
struct GraphDocument: Encodable, Sendable {
    struct Link: Encodable, Sendable {
        let from: TaskName
        let to: TaskName
        let when: LinkCondition
    }

    let job: JobID
    let steps: [StepDocument]
    let links: [Link]

    init(_ job: Job, _ trees: [FlowTree]) {
        self.job = job.id
        steps = trees.map(StepDocument.init)
        links = trees.flatMap { tree in
            tree.step.links.map { Link(from: $0.task, to: tree.step.task.name, when: $0.condition) }
        }
    }
}
