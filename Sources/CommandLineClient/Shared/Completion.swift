// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Definitions
import Model
import Storage
import TaskKit

/// What a shell offers for a word that is being typed.
///
/// Nothing here may say or ask anything; what fails offers nothing.
enum Completion {
    /// The ids of jobs.
    static let jobs: @Sendable ([String], Int, String) -> [String] = { words, _, prefix in
        library(words).all.map(\.id.rawValue).filter { $0.hasPrefix(prefix) }
    }

    /// The names of hosts.
    static let hosts: @Sendable ([String], Int, String) -> [String] = { words, _, prefix in
        let given = values(of: ["--inventory", "-i"], in: words).last
        // Standard input is the shell's here.
        guard let file = given ?? server(words)?.inventory ?? Surroundings.configuredInventory, file != "-" else {
            return []
        }
        let inventory = InventoryReader(home: Surroundings.home).read(path: file).inventory
        return inventory.hosts.map(\.name.rawValue).filter { $0.hasPrefix(prefix) }
    }

    /// The names of the task types that ship.
    static let taskTypes: @Sendable ([String], Int, String) -> [String] = { _, _, prefix in
        (Wiring.current?.taskTypes ?? []).map(\.name.rawValue).filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The names of schedules, those that jobs have of their own among them.
    static let schedules: @Sendable ([String], Int, String) -> [String] = { words, _, prefix in
        let ofJobs = library(words).all.compactMap { job in
            ScheduleReader.schedule(of: job, usualZone: "UTC")?.name.rawValue
        }
        return (scheduleFiles(words).flatMap { $0.schedules.map(\.name.rawValue) } + ofJobs)
            .filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The names of calendars.
    static let calendars: @Sendable ([String], Int, String) -> [String] = { words, _, prefix in
        scheduleFiles(words).flatMap { $0.calendars.map(\.name.rawValue) }.filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The ids of runs, newest first, and `last`.
    static let runs: @Sendable ([String], Int, String) async -> [String] = { words, _, prefix in
        await runs(words, RunFilter(limit: mostRuns), prefix)
    }

    /// The same of runs that have not ended.
    static let openRuns: @Sendable ([String], Int, String) async -> [String] = { words, _, prefix in
        let open = RunState.allCases.filter { !$0.isFinal }
        return await runs(words, RunFilter(states: Set(open), limit: mostRuns), prefix)
    }

    /// The names of planned starts that are still to come.
    static let slots: @Sendable ([String], Int, String) async -> [String] = { words, _, prefix in
        await stored(words) { try await $0.openSlots(named: prefix, limit: mostSlots).map(\.id.rawValue) }
    }

    /// As many runs as a part of an id is looked for among.
    private static let mostRuns = 1000
    private static let mostSlots = 200

    private static func runs(_ words: [String], _ filter: RunFilter, _ prefix: String) async -> [String] {
        let ids = await stored(words) { try await $0.runs(filter).map(\.id.rawValue) }
        return (ids + (ids.isEmpty ? [] : ["last"])).filter { $0.hasPrefix(prefix) }
    }

    /// What the store of the command or its server holds; nothing where there is none, or it cannot be read.
    private static func stored(
        _ words: [String], _ read: @Sendable (any RunReader) async throws -> [String]
    ) async -> [String] {
        let data = values(of: ["--data"], in: words).last.map { ["--data", $0] } ?? []
        guard let options = try? CommonOptions.parse(data), let records = try? await Records.openIfThere(options) else {
            return []
        }
        let found = try? await read(records.store)
        await records.close()
        return found ?? []
    }

    private static func scheduleFiles(_ words: [String]) -> [ScheduleFiles] {
        let given = values(of: ["--schedules", "-s"], in: words)
        let served = given.isEmpty ? server(words)?.schedules : nil
        return (served ?? Surroundings.schedulePaths(given)).map { ScheduleReader.read(path: $0, usualZone: "UTC").0 }
    }

    private static func library(_ words: [String]) -> JobLibrary {
        let given = values(of: ["--playbooks"], in: words)
        let served = given.isEmpty ? server(words)?.playbooks : nil
        let directories = served ?? Surroundings.shipped(given, variable: "FIRSTLINE_PLAYBOOKS", "Playbooks")
        return PlaybookLibrary.load(directories: directories).library
    }

    /// What the server that the command would ask says of its files.
    private static func server(_ words: [String]) -> ServerInfo? {
        try? RunningServer.info(values(of: ["--data"], in: words).last)
    }

    /// The values that options were given on the command line so far.
    private static func values(of options: [String], in words: [String]) -> [String] {
        zip(words, words.dropFirst()).filter { options.contains($0.0) }.map(\.1)
    }
}
