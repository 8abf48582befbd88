// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine

/// `firstline run get <run>`.
struct RunGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show what a run has come to on each target, step by step with -o wide.")

    @Argument(help: "The run: its id, a part of it, or 'last'.", completion: .custom(Completion.runs))
    var run: String = "last"

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let records = try await Records.open(common)
        let view = try await records.store.view(try await records.store.find(run))
        await records.close()
        try RunReport(view, common.language).put(common.format)
    }
}
