// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import TestSupport
import Testing

/// The real program with a store, an inventory and playbooks of its own.
final class Product: Sendable {
    let server: SSHServer
    let directory: TemporaryDirectory
    private let inventory: String
    private let data: String

    /// Makes hosts `web01` … on addresses of one server, and trusts their keys.
    ///
    /// `extra` are further hosts and whatever else the inventory is to hold, `instances` what each host's `instances` holds,
    /// `data` the store's directory (nil = one below its own).
    init(
        hosts: Int = 3, server: SSHServer? = nil, trusts: Bool = true, extra: String = "", instances: [String] = [],
        data: String? = nil
    ) throws {
        let server = try server ?? Product.shared.get()
        self.server = server
        directory = try TemporaryDirectory("firstline-product")
        self.data = data ?? directory.path + "/data"
        let spool = directory.path
        let lines = (1...hosts).map { number in
            "  web\(number < 10 ? "0" : "")\(number): {address: 127.0.1.\(number), port: \(server.port), user: root, key: \(server.key()), spool: \(spool)"
                + (number <= instances.count ? ", instances: \(instances[number - 1])" : "") + "}"
        }
        inventory = try directory.write(
            "firstline: 1\nhosts:\n" + lines.joined(separator: "\n") + "\n" + extra, to: "hosts.yaml")
        guard trusts else { return }
        let trusted = try run("host", "trust", "--on", "web*", "--yes")
        guard trusted.code == 0 else { throw TestFailure("host trust: \(trusted.errors)") }
    }

    private static let shared = Result { try SSHServer() }

    struct Ended {
        let code: Int32
        let output: String
        let errors: String

        /// The output as JSON.
        func json() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
    }

    static var program: String {
        // The test bundle is a program of its own, built beside the product.
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("firstline").path
    }

    static var repository: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    var environment: [String: String] {
        [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": directory.path, "LANG": "en",
            "FIRSTLINE_OPERATOR": "tester",
            "FIRSTLINE_DATA": data, "FIRSTLINE_INVENTORY": inventory,
            "FIRSTLINE_PLAYBOOKS": directory.path + "/playbooks:"
                + Product.repository.appendingPathComponent("Playbooks").path,
        ]
    }

    /// Writes a playbook and returns its id.
    func playbook(_ name: String, _ body: String) throws -> String {
        _ = try directory.write("firstline: 1\ntitle: {en: Test}\n" + body, to: "playbooks/test/\(name).yaml")
        return "test.\(name)"
    }

    func run(_ words: String..., input: String = "", with more: [String: String] = [:]) throws -> Ended {
        try run(words, input: input, with: more)
    }

    func run(_ words: [String], input: String = "", with more: [String: String] = [:]) throws -> Ended {
        try FileManager.default.createDirectory(
            atPath: directory.path + "/playbooks", withIntermediateDirectories: true)
        let ended = try shell(
            [Product.program] + words, input: input, environment: environment.merging(more) { _, new in new })
        return Ended(code: ended.code, output: ended.output, errors: ended.errors)
    }

    /// Starts the program and does not wait for it.
    ///
    /// `errors` is a file that takes what it says; nil = nobody hears it. `files` is how many files it may open.
    func start(
        _ words: String..., files: Int? = nil, errors: String? = nil, with more: [String: String] = [:]
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: files == nil ? Product.program : "/bin/sh")
        let limited = files.map { ["-c", #"ulimit -n \#($0); exec "$@""#, "sh", Product.program] } ?? []
        process.arguments = limited + words
        process.environment = environment.merging(more) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        if let errors {
            _ = FileManager.default.createFile(atPath: errors, contents: nil)
            process.standardError = FileHandle(forWritingAtPath: errors)
        }
        try process.runUnmasked()
        return process
    }

    /// Waits until something holds, asking again and again for up to a minute.
    func wait(_ what: String, until holds: () throws -> Bool) throws {
        for _ in 0..<600 {
            if try holds() { return }
            usleep(100_000)
        }
        throw TestFailure("waited in vain until \(what)")
    }
}

extension [String: Any] {
    /// The targets of a run's document.
    var targets: [[String: Any]] { self["targets"] as? [[String: Any]] ?? [] }
    var steps: [[String: Any]] { self["steps"] as? [[String: Any]] ?? [] }
    func text(_ key: String) -> String { self[key] as? String ?? "" }
    func number(_ key: String) -> Int { self[key] as? Int ?? -1 }
    func part(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
}
