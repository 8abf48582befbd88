// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Definitions
import Engine
import Foundation
import Glibc
import Model
import Planning

/// Options of a server.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Configuration file.", discussion: "Default: $FIRSTLINE_CONFIG; without one, options and variables count.",
            valueName: "file"), completion: .file())
    var config: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Inventory file; usual: the configured one.", valueName: "file"), completion: .file())
    var inventory: String?

    @OptionGroup var schedules: ScheduleOptions

    @Option(help: ArgumentHelp("Socket of the server; usual: server.sock beside the store.", valueName: "path"))
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "Address of /healthz, /readyz and /metrics; 'off' = none, port 0 = any. Usual: 127.0.0.1:8420.",
            valueName: "address:port"))
    var status: String?

    @OptionGroup var common: CommonOptions
}

/// What a server works with, from options and its configuration file; options count more.
struct ServerSetup: Sendable {
    private(set) var common: CommonOptions
    private(set) var selection: SelectionOptions
    private(set) var schedules: ScheduleOptions
    let socket: String
    private let socketGroup: gid_t?
    /// What of the configuration is wrong although it could be read; what its files hold is looked at all the same.
    private let mistakes: [CommandFailure]
    let status: ServerConfiguration.Address?
    let hostPatience: Duration?
    let keep: Retention
    let limits: ServerLimits

    /// - Throws: `CommandFailure` with everything that is wrong in the file or an option.
    init(_ options: ServerOptions) throws {
        var configuration = ServerConfiguration()
        if let file = options.config ?? Surroundings.variable("FIRSTLINE_CONFIG") {
            let (read, problems) = CarefulReading.$isOn.withValue(true) { ServerConfigurationReader.read(path: file) }
            configuration = try usable(read, problems)
            try StorePlace.refuse(PathTrust(isStrict: true).weakness(of: file))
        }
        common = options.common
        common.data = absolute(common.data ?? configuration.data ?? Surroundings.dataDirectory(nil))
        common.playbooks = Surroundings.shipped(
            given(common.playbooks, configuration.playbooks), variable: "FIRSTLINE_PLAYBOOKS", "Playbooks"
        ).map(absolute)
        common.plugins = Surroundings.shipped(
            given(common.plugins, configuration.plugins), variable: "FIRSTLINE_PLUGINS", "Plugins"
        ).map(absolute)
        selection = try SelectionOptions.parse([])
        selection.inventory = (options.inventory ?? configuration.inventory ?? Surroundings.configuredInventory).map(
            absolute)
        schedules = options.schedules
        schedules.schedules = Surroundings.schedulePaths(given(schedules.schedules, configuration.schedules)).map(
            absolute)
        socket = absolute(
            options.socket ?? configuration.socket ?? (common.data ?? "") + "/" + RunningServer.socketName)
        if socket.utf8.count > sockaddr_un.longestPath {
            throw CommandFailure(
                .usage,
                "the socket's path is too long (\(socket.utf8.count) bytes, the system takes \(sockaddr_un.longestPath)): "
                    + "\(socket); name a shorter one with --socket")
        }
        var mistakes: [CommandFailure] = []
        socketGroup = configuration.socketGroup.flatMap { name in collected(&mistakes) { try groupNumber(name) } }
        self.mistakes = mistakes
        status = try ServerSetup.address(options.status, configuration)
        keep = configuration.keep
        limits = configuration.limits
        hostPatience = try configuration.hostPatience ?? Surroundings.hostPatience()
    }

    /// What the server says of itself.
    func info(_ version: String) -> ServerInfo {
        ServerInfo(
            version: version, pid: getpid(), startedAt: Surroundings.now, data: common.data ?? "",
            playbooks: common.playbooks, plugins: common.plugins, inventory: selection.inventory,
            schedules: schedules.schedules)
    }

    /// Reads everything work is planned from.
    ///
    /// - Throws: `CommandFailure` with every mistake in the configuration, inventory and schedules; a playbook with a mistake is left
    ///   out, and the books say so.
    func readBooks() throws -> Books {
        try CarefulReading.$isOn.withValue(true) { try RunningServer.$isHere.withValue(true) { try readAll() } }
    }

    private func readAll() throws -> Books {
        var mistakes = mistakes
        let registry = collected(&mistakes) { try loadRegistry(common) }
        let read = collected(&mistakes) { try readJobs(common) }
        let inventory = collected(&mistakes) {
            selection.inventory == nil ? Inventory() : try loadInventory(selection, common)
        }
        let book = collected(&mistakes) { try schedules.book(common, jobs: read?.0 ?? JobLibrary()) }
        guard let registry, let (jobs, unread) = read, let inventory, let book, mistakes.isEmpty else {
            throw CommandFailure(mistakes)
        }
        var books = Books(registry: registry, jobs: jobs, inventory: inventory, schedules: book)
        books.unread.add(unread)
        for folder in common.plugins where !FileManager.default.fileExists(atPath: folder) {
            books.unread.add("the folder of task types \(folder) does not exist")
        }
        return books
    }

    /// Refuses places in which others could change what the store keeps, or put another socket.
    func checkPlaces() throws {
        try StorePlace.check(common.data ?? "")
        let folder = URL(fileURLWithPath: socket).deletingLastPathComponent().path
        try StorePlace.refuse(PathTrust(isStrict: true, maySticky: true).weakness(of: folder))
    }

    /// Says who may use the socket: its owner, and the group that is configured.
    ///
    /// Where the group cannot be set, only the owner may.
    func admit() {
        var mode: mode_t = 0o600
        if let socketGroup {
            if chown(socket, uid_t.max, socketGroup) == 0 {
                mode = 0o660
            } else {
                let why = String(cString: strerror(errno))
                ServerLog.say(.error, "the group of \(socket) cannot be set (\(why)); only its owner may use it")
            }
        }
        if chmod(socket, mode) != 0 {
            ServerLog.say(.error, "the mode of \(socket) cannot be set: \(String(cString: strerror(errno)))")
        }
        showWhereItIs()
    }

    /// Leaves a link beside the store, so that commands that name the store find the socket.
    private func showWhereItIs() {
        takeLinkAway()
        if link != socket { symlink(socket, link) }
    }

    /// Leaves no link to a socket at which nobody answers any more.
    func takeLinkAway() {
        if link != socket { unlink(link) }
    }

    private var link: String { (common.data ?? "") + "/" + RunningServer.socketName }

    /// Refuses to take the socket away from a server that answers at it, or a file that is none from whoever wants it.
    func refuseTakenSocket() throws {
        if RunningServer.reach(socket) == 0 {
            throw CommandFailure(
                .busy, "another server answers at \(socket); stop it first, or name another socket with --socket")
        }
        var status = stat()
        guard lstat(socket, &status) == 0, status.st_mode & S_IFMT != S_IFSOCK, status.st_mode & S_IFMT != S_IFLNK
        else {
            return
        }
        throw CommandFailure(.usage, "\(socket) is a file and no socket; name another with --socket")
    }

    private static func address(
        _ option: String?, _ configuration: ServerConfiguration
    ) throws -> ServerConfiguration.Address? {
        guard let option else {
            if configuration.isStatusOff { return nil }
            return configuration.status ?? ServerConfiguration.Address(host: "127.0.0.1", port: 8420)
        }
        if option == "off" { return nil }
        guard let address = ServerConfiguration.Address(option) else {
            throw CommandFailure(
                .usage, "--status must be an address and a port such as 127.0.0.1:8420, or off, not '\(option)'")
        }
        return address
    }
}

/// What some work gives; nil where it failed, which is added to others.
private func collected<Answer>(_ failures: inout [CommandFailure], _ work: () throws -> Answer) -> Answer? {
    do {
        return try work()
    } catch {
        failures.append(error as? CommandFailure ?? CommandFailure(.internalError, "\(error)"))
        return nil
    }
}

private func given(_ options: [String], _ configured: [String]) -> [String] {
    options.isEmpty ? configured : options
}

/// A path that means the same wherever the process stands.
private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

private func groupNumber(_ name: String) throws -> gid_t {
    guard let group = getgrnam(name) else {
        throw CommandFailure(.usage, "there is no group '\(name)' on this machine; the socket was to be its")
    }
    return group.pointee.gr_gid
}
