// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import ArgumentParser
import Definitions
import Engine
import Foundation
import Model
import Storage

/// The command `firstline server …`.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server", abstract: "The long-running process: it moves runs, and starts what schedules say.",
        subcommands: [ServerStart.self, ServerCheckConfig.self, ServerStatus.self, ServerReload.self],
        defaultSubcommand: ServerStart.self)
}

/// The command `firstline server`.
struct ServerStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Be the server of a store until SIGTERM or SIGINT; SIGHUP reads its files anew.",
        discussion: """
            Runs that were under way are taken up, planned starts that passed meanwhile are judged by their schedules. Other commands \
            that name the same store ask this process instead of opening it. When it ends, what runs on hosts goes on there, and the \
            next server takes it up. Ends with 0 after a signal, 64 when a file is wrong, 74 when the store fails, and 75 when another \
            process has the store.
            """)

    @OptionGroup var server: ServerOptions

    mutating func validate() throws {
        guard server.common.format == .table else {
            throw ValidationError("a server answers nothing by itself; -o goes with the commands that ask it")
        }
    }

    func run() async throws {
        let setup = try ServerSetup(server)
        try setup.checkPlaces()
        try setup.refuseTakenSocket()
        let books = try setup.readBooks()
        let house = try await House.writing(setup.common)
        do {
            try await serve(setup, books, house)
            await house.close()
        } catch {
            await house.close()
            throw CommandFailure(ofServer: error)
        }
    }

    private func serve(_ setup: ServerSetup, _ books: Books, _ house: House) async throws {
        let wiring = try Wiring.required()
        let (stream, stuck) = AsyncStream<StoreError>.makeStream()
        let controller = try await Controller(setup, books, house, wiring) { run, error in
            ServerLog.say(.error, "run \(run) cannot be moved: \(error)")
            if let error = error as? StoreError, error.isOfStore { stuck.yield(error) }
        }
        let service = Wiring.Service(
            desk: controller.desk, store: house.store, info: setup.info(wiring.version), socket: setup.socket,
            status: setup.status, limits: setup.limits,
            admit: { setup.admit() },
            opened: { ServerLog.say(.info, "listening at \($0)") },
            work: { try await controller.work(until: stream) },
            reload: { await controller.reload() })
        let what = Phrases.books(books.counts, .english)
        ServerLog.say(.info, "firstline \(wiring.version), store \(house.directory), \(what)")
        if let predecessor = house.predecessor { try await controller.tell(of: predecessor) }
        // Before anybody can ask: what is not over is moved.
        try await controller.takeUp()
        defer { setup.takeLinkAway() }
        try await wiring.serve(service)
        ServerLog.say(.info, "stopped; what runs on hosts goes on there")
    }
}

extension CommandFailure {
    /// What ended a server that had begun to work.
    ///
    /// A service manager starts it again: its exit code is never the one of a wrong file, after which it is not started again.
    init(ofServer error: any Error) {
        switch error {
        case let door as Wiring.DoorFailure:
            self.init(
                .busy,
                "\(door.address) cannot be listened at (\(door.reason)); name another address with --status (or 'off'), another "
                    + "socket with --socket")
        case let error as StoreError:
            let status = CommandFailure(error).status
            self.init(status == .usage ? .storage : status, error.description)
        case let failure as CommandFailure:
            self.init(failure.status == .usage ? .storage : failure.status, failure.description)
        default: self.init(.failure, "the server ended: \(error)")
        }
    }
}

/// The command `firstline server check-config`.
struct ServerCheckConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Read the configuration and every file it names, and tell what is wrong.",
        discussion: """
            Nothing is started or changed. Ends with 64 when something is wrong, also in a playbook or a schedule, which a server would \
            leave out. What would not work as things are is a warning: a schedule of a job that does not exist, a rule that never starts \
            anything, a calendar without dates for a year that is near.
            """)

    @OptionGroup var server: ServerOptions

    func run() async throws {
        guard server.common.format.isForPrograms else {
            let read = try read()
            let language = server.common.language
            for problem in read.problems { say(Phrases.text(problem, language)) }
            if read.isIncomplete { throw ExitCode(ExitStatus.usage.code) }
            return put(Phrases.text("good: {what}", language, ["what": Phrases.books(read, language)]) + "\n")
        }
        do {
            let read = try read()
            try FilesReport(read: read).hand(server.common)
            if read.isIncomplete { throw ExitCode(ExitStatus.usage.code) }
        } catch let failure as CommandFailure {
            let problems = (failure.problems ?? Problems(failure.description)).all
            let read = FilesRead(jobs: 0, hosts: 0, schedules: 0, problems: problems)
            try FilesReport(read: read).hand(server.common)
            throw ExitCode(failure.status.code)
        }
    }

    private func read() throws -> FilesRead {
        let setup = try ServerSetup(server)
        try setup.checkPlaces()
        return try setup.readBooks().filesRead(at: Surroundings.now)
    }
}

/// The command `firstline server status`.
struct ServerStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the server that commands ask, and how it fares.",
        discussion: "Ends with 0 when it is ready, with 1 when it is not, and with 75 when there is none.")

    @OptionGroup var common: CommonOptions

    struct Item: Encodable, Sendable {
        let ready: Bool
        let complaints: [String]
        let version: String
        let pid: Int32
        let startedAt: String
        let socket: String
        let data: String
        let inventory: Path
        let playbooks: [String]
        let plugins: [String]
        let schedules: [String]
        let runs: [String: Int]
        let movingRuns: Int
        /// Who asked, as the server knows them.
        let person: String
    }

    /// A path that is written as `null` where there is none, so that the object has the same keys always.
    struct Path: Encodable, Sendable {
        let text: String?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let text { try container.encode(text) } else { try container.encodeNil() }
        }
    }

    func run() async throws {
        guard let server = try RunningServer.find(common.data) else {
            let directory = Surroundings.dataDirectory(common.data)
            throw CommandFailure(
                .busy,
                Phrases.text(
                    "no server runs for the store {store}; commands open it themselves", common.language,
                    ["store": directory]))
        }
        let info = try apiCall { try server.info() }
        let counts = try await storeCall { () async throws(StoreError) in try await server.runCounts() }
        let item = Item(info, counts, server.socket)
        put(try item.sheet(common.language).text(common.format, common.language), common.format)
        if !item.ready { throw ExitCode(1) }
    }
}

extension ServerStatus.Item {
    fileprivate init(_ info: ServerInfo, _ counts: [RunState: Int], _ socket: String) {
        self.init(
            ready: info.complaints.isEmpty, complaints: info.complaints, version: info.version, pid: info.pid,
            startedAt: info.startedAt.description, socket: socket, data: info.data,
            inventory: ServerStatus.Path(text: info.inventory), playbooks: info.playbooks, plugins: info.plugins,
            schedules: info.schedules,
            runs: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }),
            movingRuns: info.movingRuns, person: info.person)
    }

    /// The same as people read it.
    func sheet(_ language: Language) -> Sheet<Self> {
        Sheet(item: self, name: socket) { [self] _ in
            [
                .fields([
                    ("State", Phrases.text(ready ? "ready" : "not ready", language)), ("Version", version),
                    ("Process", String(pid)), ("Since", startedAt), ("Socket", socket), ("Store", data),
                    ("Inventory", inventory.text ?? Phrases.text("none", language)),
                    ("Playbooks", playbooks.joined(separator: ", ")), ("Plugins", plugins.joined(separator: ", ")),
                    ("Schedules", schedules.joined(separator: ", ")), ("Runs", runsText(language)),
                    ("Moving", String(movingRuns)),
                ]),
                .table("What is wrong", header: ["WHAT"], rows: complaints.map { [$0] }),
            ]
        }
    }

    private func runsText(_ language: Language) -> String {
        let counted = RunState.allCases.compactMap { state in
            runs[state.rawValue].map { count in
                language == .english
                    ? "\(count) \(state.rawValue)" : "\(StateText.words(state, language)) \(count)"
            }
        }
        return counted.joined(separator: ", ")
    }
}

/// The command `firstline server reload`.
struct ServerReload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the server read playbooks, inventory and schedules anew.",
        discussion: """
            A playbook, schedule, calendar, window or freeze with a mistake is told and left out, and the command ends with 1. Where a file \
            cannot be read at all, the server goes on with what it had, and the command ends with 64.
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        guard let server = try RunningServer.find(common.data) else {
            let directory = Surroundings.dataDirectory(common.data)
            throw CommandFailure(
                .busy,
                Phrases.text("no server runs for the store {store}", common.language, ["store": directory]))
        }
        let read = try await apiCall { try await server.reload() }
        if common.format.isForPrograms {
            try FilesReport(read: read).hand(common)
        } else {
            let what = Phrases.books(read, common.language)
            say(Phrases.text("read anew: {what}", common.language, ["what": what]))
            for problem in read.problems { say(Phrases.text(problem, common.language)) }
        }
        if read.isIncomplete { throw ExitCode(ExitStatus.failure.code) }
    }
}
