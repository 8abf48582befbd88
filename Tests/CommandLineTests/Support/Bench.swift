// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Model
import Storage
import Synchronization
import TaskKit

@testable import CommandLineClient

/// The commands under test, without those that are tested elsewhere.
struct CommandsUnderTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "firstline",
        subcommands: [
            ScheduleCommand.self, CalendarCommand.self, UnitCommand.self, JobCommand.self, TaskTypeCommand.self,
            HostCommand.self, EventCommand.self, PlanCommand.self, PlanOfDayCommand.self, RunCommand.self,
            ServerCommand.self,
        ])
}

/// How a command ended, and what it wrote.
struct Ended: Sendable {
    let status: Int32
    /// What stands on standard output.
    let data: String
    /// What stands on standard error.
    let talk: String
}

/// Runs command lines in this process: with a store in memory, made-up task types and made-up hosts.
struct Bench: Sendable {
    var fleet = FakeFleet()
    var store = MemoryStore()
    var taskTypes: [any TaskType] = StandInTask.all
    var external: [any TaskType] = []
    /// What the person answers; without one, nobody can be asked.
    var answer: String?
    /// Whether the data goes to a terminal.
    var isDataSeen = false
    var playbooks = Cases.path("Playbooks")

    /// Runs a command line; options that every command needs are added.
    func run(_ words: String...) async -> Ended { await run(words) }

    func run(_ words: [String]) async -> Ended {
        let data = Collected()
        let talk = Collected()
        let streams = Streams(
            data: { data.add($0) }, talk: { talk.add($0) }, isDataSeen: { [isDataSeen] in isDataSeen },
            bytes: { data.add(String(decoding: $0, as: UTF8.self)) }, answer: { [answer] in answer })
        let status = await Wiring.$current.withValue(wiring) { () async -> Int32 in
            await Streams.$current.withValue(streams) { () async -> Int32 in await ending(of: words) }
        }
        return Ended(status: status, data: data.text, talk: talk.text)
    }

    /// What a shell is offered for a word.
    func offers(
        _ completion: @Sendable ([String], Int, String) async -> [String], _ words: [String], _ prefix: String
    ) async -> [String] {
        await Wiring.$current.withValue(wiring) { await completion(words, words.count, prefix) }
    }

    private func ending(of words: [String]) async -> Int32 {
        let common = ["--playbooks", playbooks, "--plugins", "/nonexistent", "--data", "/nonexistent"]
        let language = words.contains("--lang") ? [] : ["--lang", "en"]
        do {
            var command = try await CommandsUnderTest.asyncParseAsRoot(words + common + language)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let failure as CommandFailure {
            say(failure.said)
            return failure.status.code
        } catch {
            say(CommandsUnderTest.fullMessage(for: error))
            return CommandsUnderTest.exitCode(for: error).rawValue
        }
    }

    private var wiring: Wiring {
        Wiring(
            version: "0", openStore: { _, _ in store }, closeStore: { _ in }, taskTypes: taskTypes,
            externalTaskTypes: { _ in (external, Problems()) },
            externalTaskType: { folder throws(Problems) in throw Problems("there is no folder \(folder) here") },
            transports: fleet.transports, serve: { _ in })
    }
}

/// Text that comes from anywhere, in the order it comes.
private final class Collected: Sendable {
    private let parts = Mutex("")
    func add(_ text: String) { parts.withLock { $0 += text } }
    var text: String { parts.withLock { $0 } }
}
