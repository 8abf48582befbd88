// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

/// The real program as a server, on the store of a product; ended with the test.
final class RunningServer: Sendable {
    let product: Product
    let process: Process
    private let log: String

    /// Starts it and waits until it answers; `files` is how many files it may open.
    init(_ product: Product, files: Int? = nil, with more: [String: String] = [:]) throws {
        self.product = product
        log = product.directory.path + "/server-\(UUID().uuidString.prefix(6)).log"
        process = try product.start("server", "--status", "127.0.0.1:0", files: files, errors: log, with: more)
        try product.wait("the server answers") { try product.run("server", "status").code == 0 }
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    var said: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// The address of the door for those who watch, as host and port.
    var statusAddress: String {
        get throws { String(try #require(said.firstMatch(of: /listening at http:\/\/(\S+)/)?.1)) }
    }
    /// The socket of the door for commands.
    var socket: String { product.directory.path + "/data/server.sock" }

    /// Asks the door for those who watch.
    func get(_ path: String) throws -> String {
        try shell([
            "/usr/bin/env", "curl", "-sS", "-m", "60", "-w", "\n%{http_code}", "http://\(try statusAddress)\(path)",
        ]).output
    }

    func end(_ signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// A job that writes each of its attempts into a ledger, and ends when a file is there.
enum Ledger {
    static let change = """
        parameters: {go: {type: path}}
        tasks:
          a: {type: RunProgram, with: {script: {text: 'echo "$FIRSTLINE_ATTEMPT" >>"$GO.ledger"; echo first; while [ ! -e "$GO" ]; do sleep 0.1; done; echo second'}, environment: {GO: "${params.go}"}}}
          b: {type: RunProgram, with: {program: /bin/echo, arguments: [b]}}
        """

    /// The lines of a file; none while it is not there.
    static func lines(_ path: String) -> [String] {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }
}
