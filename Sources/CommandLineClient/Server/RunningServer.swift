// SPDX-License-Identifier: Apache-2.0

import APIClient
import APIContract
import Foundation
import Glibc
import Model
import Storage

/// Finds the server that has a command's store open, if one runs.
enum RunningServer {
    /// The socket of the server that a machine's packages set up.
    static let systemSocket = "/run/firstline/server.sock"
    /// What a socket is called that stands beside its store.
    static let socketName = "server.sock"

    /// Whether this is the server itself, which asks nobody.
    @TaskLocal static var isHere = false

    /// The server to ask; nil where the command is to open the store itself.
    ///
    /// A store that is named is asked for at its own socket. Else `$FIRSTLINE_SOCKET` counts, then the machine's server, then
    /// the usual store's.
    ///
    /// - Throws: `CommandFailure` when there is a server that this person may not use, or the one of `$FIRSTLINE_SOCKET` is not there.
    static func find(_ data: String?) throws -> ServerConnection? {
        guard !isHere else { return nil }
        if data == nil, Surroundings.variable("FIRSTLINE_DATA") == nil {
            if let socket = Surroundings.variable("FIRSTLINE_SOCKET") {
                guard let server = try connection(socket) else {
                    throw CommandFailure(.busy, "no server answers at FIRSTLINE_SOCKET (\(socket))")
                }
                return server
            }
            if let server = try connection(systemSocket) { return server }
        }
        let directory = Surroundings.dataDirectory(data)
        try StorePlace.checkForSocket(directory)
        return try connection(directory + "/" + socketName)
    }

    /// What the server to ask says of itself, where there is one.
    static func info(_ data: String?) throws -> ServerInfo? { try apiCall { try find(data)?.info() } }

    private static func connection(_ socket: String) throws -> ServerConnection? {
        switch reach(socket) {
        case 0: return ServerConnection(socket: socket, person: Surroundings.person)
        case EACCES, EPERM:
            throw CommandFailure(
                .notAllowed,
                "you may not use the server at \(socket); become a member of its group, or name a store of your own with --data"
            )
        case EAGAIN:
            throw CommandFailure(
                .busy,
                "the server at \(socket) takes no more connections; look at its log, or end it and start it again: what it had begun "
                    + "goes on")
        // Nobody listens any more, or nobody ever did.
        default: return nil
        }
    }

    /// Tries the socket: 0, or the number of the system's error.
    static func reach(_ path: String) -> Int32 {
        guard var address = sockaddr_un(path) else { return ENAMETOOLONG }
        // One that does not take connections is not waited for here.
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? 0 : errno
    }
}

extension sockaddr_un {
    /// The longest path of a socket, in bytes.
    static let longestPath = 107

    /// The address of a path; nil when it is too long.
    init?(_ path: String) {
        self.init()
        let bytes = Array(path.utf8)
        guard bytes.count <= sockaddr_un.longestPath else { return nil }
        sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: bytes) }
    }
}

/// Asks the server and says its problems the way commands do.
func apiCall<Answer>(_ call: () throws -> Answer) throws -> Answer {
    do {
        return try call()
    } catch let problem as APIProblem {
        throw CommandFailure(problem)
    }
}

/// The same for what takes a while.
func apiCall<Answer>(
    _ language: Language = .english, _ call: () async throws -> Answer
) async throws -> Answer {
    do {
        return try await call()
    } catch let problem as APIProblem {
        throw CommandFailure(problem, language)
    }
}

extension CommandFailure {
    init(_ problem: APIProblem, _ language: Language = .english) {
        let status: ExitStatus =
            switch problem.kind {
            case .invalid, .tooLarge, .notFound: .usage
            case .refused, .asks: .refused
            case .notAllowed: .notAllowed
            case .busy, .slow: .busy
            case .storage: .storage
            case .defect: .internalError
            }
        let text = problem.sentence.map { Phrases.text($0, language) } ?? problem.detail
        self.init(status, text, asks: problem.kind == .asks)
    }
}
