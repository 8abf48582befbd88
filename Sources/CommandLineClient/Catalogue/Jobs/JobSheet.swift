// SPDX-License-Identifier: Apache-2.0

import Model

/// A job as people read it: for the operator who wants to run it, and for the author who wants to see how it works.
struct JobSheet: Sendable {
    let job: Job
    let document: JobDocument
    let trees: [FlowTree]
    let language: Language

    init(_ job: Job, _ flow: FlowReader, _ language: Language) {
        self.job = job
        self.language = language
        trees = FlowTree.trees(of: job, flow)
        document = JobDocument(job, flow, trees)
    }

    /// What an operator wants to know.
    var forOperators: Sheet<JobDocument> {
        Sheet(item: document, name: job.id.rawValue) { [self] isWide in
            head + [.fields(place + nature), parameters, steps(withLinks: isWide), changes]
        }
    }

    /// What an author wants to know.
    var forAuthors: Sheet<JobDocument> {
        let file = job.place.map { ("File", "\($0.file):\($0.line)") }
        return Sheet(item: document, name: job.id.rawValue) { [self] _ in
            head + [.fields(place + nature + (file.map { [$0] } ?? [])), parameters, steps(withLinks: true), outputs]
        }
    }

    private var head: [SheetSection] {
        [.line("\(job.id)  \(job.title.text(language))"), .line(job.help.text(language))]
    }

    private var place: [(String, String)] {
        let words = job.work.map { CatalogueEntry(job: job, work: $0).shown(language).joined(separator: " › ") }
        return [
            (phrase("Stands in"), words ?? phrase("no catalogue: a building block for other jobs")),
            (phrase("Also known as"), job.aliases.joined(separator: ", ")),
        ]
    }

    private var nature: [(String, String)] {
        [
            (phrase("Works on"), worksOn),
            (phrase("Effect"), phrase(document.effect == .check ? "check: it only reads" : "change")),
            (phrase("Pace"), document.pace.text),
            (phrase("Runs at a time"), phrase(job.allowsConcurrentRuns ? "any number" : "one")),
            (phrase("Active"), job.isActive ? "" : phrase("no: it can be neither run nor called")),
        ]
    }

    private var worksOn: String {
        guard let software = job.software else { return phrase("hosts") }
        let kind = "instances of {software}" + (job.worksOnHosts ? ", or the host where none is recorded" : "")
        return phrase(kind, ["software": software])
    }

    private func phrase(_ english: String, _ values: [String: String] = [:]) -> String {
        Phrases.text(english, language, values)
    }

    private func table(_ title: String, header: [String], rows: [[String]]) -> SheetSection {
        .table(phrase(title), header: header.map { phrase($0) }, rows: rows)
    }

    private var parameters: SheetSection {
        table("Parameters", header: ParameterDocument.header, rows: document.parameters.map { $0.row(language) })
    }

    private func steps(withLinks: Bool) -> SheetSection {
        let rows = trees.flatMap(\.all).map { tree in
            let name = String(repeating: "  ", count: tree.depth) + tree.step.task.name.rawValue
            let links = withLinks ? [tree.step.follows] : []
            return [name, tree.step.work, phrase(tree.step.effect.rawValue), phrase(tree.step.whereabouts)] + links
        }
        return table("Steps", header: ["TASK", "WORK", "EFFECT", "WHERE"] + (withLinks ? ["AFTER"] : []), rows: rows)
    }

    private var changes: SheetSection {
        let rows = trees.changes.map { tree in
            [tree.path.rawValue, tree.step.task.title?.text(language) ?? "", account(of: tree)]
        }
        return table("What it changes", header: ["STEP", "TITLE", "AS"], rows: rows)
    }

    private func account(of tree: FlowTree) -> String { tree.step.task.account?.text ?? phrase("the user logged in") }

    private var outputs: SheetSection {
        let rows = job.outputs.map { [$0.key, $0.value.text ?? ""] }
        return table("Outputs for callers", header: ["NAME", "VALUE"], rows: rows)
    }
}
