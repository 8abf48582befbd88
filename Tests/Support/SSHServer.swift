// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Model

/// A real sshd on every address of 127.0.0.0/8, with keys of its own; nothing of the machine's own SSH is touched.
package final class SSHServer: Sendable {
    package let directory: TemporaryDirectory
    package let port: Int
    package let hostKey: HostKey
    private let program: BackgroundProgram

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - options: Lines added to its configuration, before the usual ones so that they win.
    ///   - keys: Files of public keys that let anybody in, beside its own `client_key`.
    ///   - wanted: Its port; nil = a free one.
    ///   - prefix: The program that starts it, with its words; the server's own words follow.
    /// - Throws: `TestFailure` when it does not come up.
    package init(options: [String] = [], authorized keys: [String] = [], port wanted: Int? = nil, prefix: [String] = [])
        throws
    {
        directory = try TemporaryDirectory("firstline-sshd")
        for name in ["host_key", "client_key", "other_key"] {
            let made = try shell([
                "/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                directory.url.appendingPathComponent(name).path,
            ])
            guard made.code == 0 else { throw TestFailure("ssh-keygen: \(made.errors)") }
        }
        let parts = try String(contentsOf: directory.url.appendingPathComponent("host_key.pub"), encoding: .utf8).split(
            separator: " ")
        hostKey = HostKey(type: String(parts[0]), base64: String(parts[1]))
        let lines = try ([directory.path + "/client_key.pub"] + keys).map {
            try String(contentsOfFile: $0, encoding: .utf8)
        }
        _ = try directory.write(lines.joined(), to: "authorized_keys")
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        port = try wanted ?? freePort()
        // Of this setting, unlike all others, the last one wins.
        let startups = options.contains { $0.hasPrefix("MaxStartups") } ? [] : ["MaxStartups 1000:30:2000"]
        let usual =
            [
                "Port \(port)", "ListenAddress 0.0.0.0", "HostKey \(directory.path)/host_key",
                "AuthorizedKeysFile \(directory.path)/authorized_keys",
                "PidFile none", "StrictModes no", "UsePAM no", "PermitRootLogin yes", "PasswordAuthentication no",
                "PrintMotd no",
                "MaxSessions 100", "UseDNS no", "LogLevel ERROR",
                // On a loaded machine the tests may be long in coming back to a handshake.
                "LoginGraceTime 0",
            ] + startups
        let configuration = try directory.write((options + usual).joined(separator: "\n") + "\n", to: "sshd_config")
        program = try BackgroundProgram(
            prefix + ["/usr/sbin/sshd", "-D", "-e", "-f", configuration],
            log: directory.url.appendingPathComponent("log"))
        try waitUntilListening()
    }

    deinit { program.stop() }

    /// Ends the server; connections that stand go on.
    package func stop() {
        program.stop()
        for _ in 0..<500 where canConnect(to: port) { usleep(10_000) }
    }

    /// Ends the servers of all connections at once; what they started is left alone.
    ///
    /// - Returns: How many processes were ended.
    @discardableResult
    package func endSessions() -> Int {
        let table = (try? shell(["/bin/ps", "-e", "-o", "pid=,ppid=,args="]).output) ?? ""
        let rows = table.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count >= 3 }
        var ours: Set<Int32> = [program.pid]
        var sessions: Set<Int32> = []
        // Below the program stands the listener, and below that the sessions, perhaps with a second process each.
        for _ in 0..<4 {
            for row in rows where row[2] == "sshd:" {
                guard let pid = Int32(row[0]), let parent = Int32(row[1]), ours.contains(parent) else { continue }
                ours.insert(pid)
                if !row.contains("[listener]") { sessions.insert(pid) }
            }
        }
        for pid in sessions { kill(pid, SIGKILL) }
        return sessions.count
    }

    package var log: String {
        (try? String(contentsOf: directory.url.appendingPathComponent("log"), encoding: .utf8)) ?? ""
    }
    package func key(_ name: String = "client_key") -> String { directory.url.appendingPathComponent(name).path }

    /// A host at one of the addresses 127.0.0.0/8.
    package func host(
        _ name: String = "web01", address: String = "127.0.0.1", user: String = "root", spool: String? = nil
    )
        -> Model.Host
    {
        var connection = Connection(address: address)
        connection.port = port
        connection.user = user
        connection.spool = spool
        connection.keyFiles = [key()]
        return Model.Host(name: HostName(name), connection: connection)
    }

    private func waitUntilListening() throws {
        for _ in 0..<200 {
            if canConnect(to: port) { return }
            usleep(20_000)
        }
        throw TestFailure("sshd does not listen: \(log)")
    }
}

/// A server whose machine can seem to be started anew: it has a boot id of its own, which is a file.
package struct RestartableServer {
    package let server: SSHServer
    /// Holds the boot id that what runs on the server sees.
    package let bootFile: String
    private let directory: TemporaryDirectory

    package init() throws {
        directory = try TemporaryDirectory("firstline-machine")
        bootFile = try directory.write("00000000-0000-4000-8000-000000000000\n", to: "boot_id")
        server = try SSHServer(prefix: [
            "/usr/bin/unshare", "-m", "--propagation", "private", "/bin/sh", "-c",
            "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"", bootFile,
        ])
    }
}

/// Whether something listens on a loopback port.
package func canConnect(to port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = UInt16(port).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
