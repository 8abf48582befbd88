// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A nginx of a test's own: its configuration on a free port.
///
/// It is not started here, and ended with the value.
package final class NginxSite: Sendable {
    package let directory: TemporaryDirectory
    package let port: Int
    package var configuration: String { directory.path + "/nginx.conf" }
    package var pidFile: String { directory.path + "/nginx.pid" }

    package init() throws {
        directory = try TemporaryDirectory("firstline-nginx")
        port = try freePort()
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(directory.path)/\($0);"
        }
        _ = try directory.write(
            """
            worker_processes 1;
            pid \(directory.path)/nginx.pid;
            error_log \(directory.path)/error.log;
            events { worker_connections 64; }
            http {
                access_log off;
                \(temporary.joined(separator: " "))
                server { listen 127.0.0.1:\(port); location / { return 200 "here\\n"; } }
            }
            """, to: "nginx.conf")
    }

    /// The running master's process id; nil when there is none.
    package var pid: Int32? {
        guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
            let pid = Int32(text.filter(\.isNumber)),
            kill(pid, 0) == 0
        else { return nil }
        return pid
    }

    /// Adds a line that nginx refuses.
    package func breakConfiguration() throws {
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        try Data((text + "\nthis is no directive;\n").utf8).write(to: URL(fileURLWithPath: configuration))
    }

    deinit { if let pid { kill(pid, SIGTERM) } }
}

/// A PostgreSQL server of a test's own, reached over a socket in its directory.
package final class PostgreSQLServer: Sendable {
    package let directory: TemporaryDirectory
    package let port: Int
    package let programs: String

    /// Makes a cluster and starts it, as the account `postgres`.
    package init() throws {
        directory = try TemporaryDirectory("firstline-postgresql")
        port = try freePort()
        let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")
        guard let newest = versions.compactMap(Int.init).max() else { throw TestFailure("PostgreSQL is not installed") }
        programs = "/usr/lib/postgresql/\(newest)/bin"
        _ = try shell(["/bin/chown", "postgres", directory.path])
        try run("initdb", "-D", data, "-A", "trust", "--no-sync")
        let more = "port = \(port)\nlisten_addresses = ''\nunix_socket_directories = '\(directory.path)'\nfsync = off\n"
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: data + "/postgresql.conf"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(more.utf8))
        try start()
    }

    private var data: String { directory.path + "/data" }

    package func start() throws {
        try run("pg_ctl", "-D", data, "-l", directory.path + "/log", "-s", "-w", "-t", "30", "start")
    }
    package func stop() throws { try run("pg_ctl", "-D", data, "-s", "-m", "fast", "-w", "-t", "30", "stop") }

    private func run(_ program: String, _ words: String...) throws {
        let ended = try shell(["/usr/sbin/runuser", "-u", "postgres", "--", programs + "/" + program] + words)
        guard ended.code == 0 else { throw TestFailure("\(program): \(ended.output)\(ended.errors)") }
    }

    deinit { try? run("pg_ctl", "-D", data, "-s", "-m", "immediate", "stop") }
}

/// Two chronyd of a test's own that never touch the clock: one with a reference of its own, one that follows it.
package final class ChronyPair: Sendable {
    package let directory: TemporaryDirectory
    private let programs: [BackgroundProgram]

    /// The socket at which the follower answers `chronyc`.
    package var socket: String { directory.path + "/follower.sock" }

    package init() throws {
        let directory = try TemporaryDirectory("firstline-chrony")
        self.directory = directory
        // chronyd makes its sockets only in a directory that is root's and closed to others.
        try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: directory.path)
        let port = try freePort()
        let directives = [
            "leader": "local stratum 8\nallow 127.0.0.0/8\nport \(port)\n",
            "follower": "port 0\nserver 127.0.0.1 port \(port) iburst minpoll -2 maxpoll 0\n",
        ]
        var programs: [BackgroundProgram] = []
        for name in ["leader", "follower"] {
            let common = ["sock": "bindcmdaddress", "pid": "pidfile", "drift": "driftfile"].map {
                "\($0.value) \(directory.path)/\(name).\($0.key)\n"
            }
            let file = try directory.write(
                (directives[name] ?? "") + common.joined() + "cmdport 0\n", to: name + ".conf", mode: 0o600)
            programs.append(
                try BackgroundProgram(
                    ["/usr/sbin/chronyd", "-d", "-x", "-u", "root", "-f", file],
                    log: directory.url.appendingPathComponent(name + ".log")))
        }
        self.programs = programs
        for _ in 0..<300 {
            let sources = try shell(["/usr/bin/chronyc", "-n", "-c", "-h", socket, "sources"])
            if sources.output.hasPrefix("^,*") { return }
            usleep(50_000)
        }
        throw TestFailure("chronyd did not synchronise")
    }

    deinit { for program in programs { program.stop() } }
}
