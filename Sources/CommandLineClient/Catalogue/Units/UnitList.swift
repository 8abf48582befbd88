// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model

/// The command `firstline unit list`.
struct UnitList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the work units: category, software, unit, detail.")

    @Option(help: ArgumentHelp("Only this category, such as OS, DB or MW.", valueName: "category"))
    var category: String?

    @Option(help: ArgumentHelp("Only work on this software.", valueName: "software"))
    var software: String?

    @Option(
        help: ArgumentHelp(
            "Only what has these words in its id, title, aliases or place, in any language.", valueName: "words"))
    var search: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let library = try loadJobs(common)
        var catalogue = Catalogue(library)
        let total = catalogue.entries.count
        if let category { catalogue.keep(category: category) }
        if let software { catalogue.keep(software: software) }
        if let search { catalogue.keep(searched: search) }
        let flow = FlowReader(library: library, registry: try loadRegistry(common))
        let items = catalogue.entries.map { UnitItem($0, flow) }
        if items.isEmpty {
            say(total == 0 ? "there are no work units" : "none of the \(total) work units is like that")
        }
        guard common.format == .table else {
            return put(try listing(items).text(common.format, common.language), common.format)
        }
        if !items.isEmpty { put(CatalogueTree(items, catalogue.entries, common.language).text(common.language)) }
    }

    private func listing(_ items: [UnitItem]) -> Listing<UnitItem> {
        let language = common.language
        return Listing(
            columns: [
                .init("JOB") { $0.id.rawValue }, .init("CATEGORY") { $0.category }, .init("SOFTWARE") { $0.software },
                .init("UNIT") { $0.unit }, .init("DETAIL") { $0.detail }, .init("EFFECT") { $0.effect.rawValue },
                .init("TITLE") { $0.title.text(language) }, .init("WORKS ON") { $0.target ?? "hosts" },
                .init("ALIASES") { $0.aliases.joined(separator: " ") },
            ], items: items, name: { $0.id.rawValue })
    }
}
