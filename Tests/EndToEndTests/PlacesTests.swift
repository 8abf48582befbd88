// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A place that somebody else may change", .enabled(if: getuid() == 0, "only root gives files away"))
struct PlacesTests {
    private let product: Product

    init() throws {
        product = try Product(hosts: 1)
        // The store and its folder for requests.
        try FileManager.default.createDirectory(atPath: data + "/requests", withIntermediateDirectories: true)
        chmod(data, 0o700)
    }

    private var data: String { product.directory.path + "/data" }

    @Test(
        "is refused as a store by everything that opens one, with the command that mends it",
        arguments: [
            ["run", "list"], ["event", "list"], ["store", "check"], ["store", "purge", "--runs", "9d", "--yes"],
            ["server"],
        ])
    func everybody(words: [String]) throws {
        chmod(data, 0o777)
        let refused = try product.run(words)
        #expect(refused.code == 64)
        #expect(
            refused.errors
                == "firstline: \(data) can be written by everybody; take that away with 'chmod o-w \(data)'; or name another folder "
                + "with --data\n", "\(refused)")
        chmod(data, 0o700)
        #expect(try product.run("run", "list").code == 0)
    }

    @Test("is refused as a store when it is a folder above it, unless others may not replace there what is not theirs")
    func above() throws {
        let folder = product.directory.path
        chmod(folder, 0o777)
        let refused = try product.run("run", "list")
        #expect(refused.code == 64 && refused.errors.contains("'chmod o-w \(folder)'"), "\(refused)")
        chmod(folder, 0o1777)
        #expect(try product.run("run", "list").code == 0)
        chmod(folder, 0o755)
    }

    @Test("is refused as a store when a group may write it, unless that is the owner's own")
    func group() throws {
        chmod(data, 0o770)
        #expect(try product.run("run", "list").code == 0)
        chown(data, 0, 100)
        let refused = try product.run("run", "list")
        #expect(
            refused.code == 64 && refused.errors.contains("by its group; take that away with 'chmod g-w \(data)'"),
            "\(refused)")
    }

    @Test("is refused as a store when it, or what is in it, belongs to another account", arguments: ["", "/requests"])
    func foreign(part: String) throws {
        chown(data + part, 65534, 65534)
        let refused = try product.run("run", "list")
        #expect(refused.code == 64)
        #expect(
            refused.errors.hasPrefix(
                "firstline: \(data + part) belongs to the account nobody, not to root or to yours; work as nobody, or give it to yours "
                    + "with 'chown 0 \(data + part)'"), "\(refused)")
    }

    @Test("is refused as a copy to restore from, and as a folder for a copy")
    func copies() throws {
        let job = try product.playbook("small", "tasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n")
        #expect(try product.run("run", job, "--on", "all", "--quiet").code == 0)
        let folder = product.directory.path + "/copies"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        chmod(folder, 0o777)
        let refused = try product.run("store", "backup", folder + "/a.db")
        #expect(refused.code == 64 && refused.errors.contains("'chmod o-w \(folder)'"), "\(refused)")
        chmod(folder, 0o1777)
        #expect(try product.run("store", "backup", folder + "/a.db").code == 0)
        chmod(folder + "/a.db", 0o666)
        let restored = try product.run("store", "restore", folder + "/a.db")
        #expect(restored.code == 64 && restored.errors.contains("'chmod o-w \(folder)/a.db'"), "\(restored)")
    }

    @Test(
        "is told by check-config, whether it is the configuration, the inventory, a playbook, a schedule or a calendar's file",
        arguments: ["server.yaml", "hosts.yaml", "playbooks/test/small.yaml", "schedules.yaml", "days.txt"])
    func configuration(file: String) throws {
        _ = try product.playbook("small", "tasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n")
        let folder = product.directory
        _ = try folder.write("2027-01-01\n", to: "days.txt")
        _ = try folder.write(
            """
            firstline: 1
            calendars:
              days: {days: [{closed: {file: days.txt}}]}
            schedules:
              daily: {job: test.small, on: web01, zone: UTC, calendar: days, rules: [{day: every day, at: "0:00"}]}
            """, to: "schedules.yaml")
        let config = try folder.write(
            "firstline: 1\ninventory: hosts.yaml\nplaybooks: [playbooks]\nschedules: [schedules.yaml]\n",
            to: "server.yaml")
        let words = ["server", "check-config", "--config", config]
        let good = try product.run(words)
        #expect(good.code == 0, "\(good)")
        let path = folder.path + "/" + file
        chmod(path, 0o666)
        let refused = try product.run(words)
        #expect(refused.code == 64)
        #expect(
            (refused.errors + refused.output).contains(
                "\(path) can be written by everybody; take that away with 'chmod o-w \(path)'"), "\(refused)")
        chmod(path, 0o644)
        let above = URL(fileURLWithPath: path).deletingLastPathComponent().path
        chmod(above, 0o777)
        let found = try product.run(words)
        #expect(found.code == 64 && (found.errors + found.output).contains("'chmod o-w \(above)'"), "\(found)")
        chmod(above, 0o755)
    }

    @Test("is refused as the file of a secret, and a pipe is not waited for")
    func secret() throws {
        let folder = try TemporaryDirectory("firstline-secret")
        let (path, pipe) = (folder.path + "/secret", folder.path + "/pipe")
        let port = product.server.port
        let other = try Product(
            hosts: 1, server: product.server,
            extra: """
                  pw01: {address: 127.0.6.1, port: \(port), user: root, password: "file:\(path)"}
                  pw02: {address: 127.0.6.2, port: \(port), user: root, password: "file:\(pipe)"}

                """)
        #expect(try other.run("host", "trust", "--on", "pw*", "--yes").code == 0)
        _ = try folder.write("hush\n", to: "secret")
        let told =
            "the file \(path) holds a secret, and others may read or change it; take that away with 'chmod 600 \(path)'"
        for mode: mode_t in [0o644, 0o604, 0o660, 0o602] {
            chmod(path, mode)
            let refused = try other.run("host", "test", "--on", "pw01")
            #expect(refused.code == 4 && refused.output.contains(told), "\(refused)")
        }
        chmod(path, 0o600)
        let taken = try other.run("host", "test", "--on", "pw01")
        #expect(
            !taken.output.contains("holds a secret") && taken.output.contains("did not let root log in"), "\(taken)")
        mkfifo(pipe, 0o600)
        let refused = try other.run("host", "test", "--on", "pw02")
        let why = "the file \(pipe) cannot be read (it is not a plain file); it is to hold a secret"
        #expect(refused.code == 4 && refused.output.contains(why), "\(refused)")
    }
}

@Suite("An account that the system does not know", .enabled(if: getuid() == 0, "only root becomes another"))
struct UnknownAccountTests {
    /// The program as an account without a name, on a machine folder of its own.
    private func run(_ words: [String], home: Bool = true) throws -> (code: Int32, output: String, errors: String) {
        let folder = try TemporaryDirectory("firstline-unknown")
        chown(folder.path, 4242, 4242)
        _ = try folder.write("firstline: 1\nhosts:\n  web01: {address: 127.0.0.1, port: 1}\n", to: "hosts.yaml")
        let environment = ["PATH": "/usr/bin:/bin", "LANG": "en"].merging(home ? ["HOME": folder.path] : [:]) { $1 }
        let ended = try shell(
            ["/usr/bin/setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", Product.program] + words
                + (home ? ["-i", folder.path + "/hosts.yaml"] : []), environment: environment)
        return (ended.code, ended.output, ended.errors)
    }

    @Test("logs in to no host as root: a host for which the inventory names no user is refused, and why")
    func login() throws {
        let ended = try run(["host", "test", "--on", "web01", "-o", "json"])
        let said = ended.output + ended.errors
        #expect(
            said.contains(
                "there is no user to log in to web01 as: the inventory names none, and the account of this process (user id 4242) has "
                    + "no name on this machine; say 'user' in the inventory"), "\(ended)")
        #expect(ended.code != 0)
    }

    @Test("and that has no home folder is told to name a store, instead of getting one below /")
    func home() throws {
        let ended = try run(["run", "list"], home: false)
        #expect(ended.code == 64)
        #expect(
            ended.errors.contains("has no home folder, so there is no usual place for a store; name one with --data"),
            "\(ended)")
    }
}
