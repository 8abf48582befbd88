// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A user of this machine, made for a test and removed when the value goes, even if the tests crash.
package final class TestUser: Sendable {
    package let name: String
    package let password: String
    package var home: String { "/home/" + name }
    private let directory: TemporaryDirectory
    private let guardian: BackgroundProgram

    /// Makes a user who logs in with a password.
    ///
    /// - Parameters:
    ///   - password: What it logs in with.
    ///   - shell: Its log-in shell.
    ///   - sudo: A rule for sudo, such as `ALL=(ALL) ALL`; nil = sudo is not for this user.
    ///   - files: What is in its home, such as `.bashrc`: paths and texts.
    /// - Throws: `TestFailure` when the user could not be made.
    package init(
        password: String = "pass \(UUID().uuidString)", shell: String = "/bin/sh", sudo: String? = nil,
        files: [String: String] = [:]
    ) throws {
        name = "fl-\(UUID().uuidString.prefix(8).lowercased())"
        self.password = password
        directory = try TemporaryDirectory("firstline-user")
        let made = try TestSupport.shell(["/usr/sbin/useradd", "-m", "-s", shell, name])
        guard made.code == 0 else { throw TestFailure("useradd: \(made.errors)") }
        // Ends with the tests, and takes the user along.
        guardian = try BackgroundProgram(
            [
                "/bin/sh", "-c",
                #"trap : TERM; sleep infinity & wait; kill $!; userdel -rf "$1"; rm -f "/etc/sudoers.d/$1""#, "sh",
                name,
            ],
            log: directory.url.appendingPathComponent("log"), patience: 60)
        let set = try TestSupport.shell(["/usr/sbin/chpasswd"], input: "\(name):\(password)\n")
        guard set.code == 0 else { throw TestFailure("chpasswd: \(set.errors)") }
        for (path, text) in files {
            let file = URL(fileURLWithPath: home + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        guard try TestSupport.shell(["/bin/chown", "-R", name, home]).code == 0 else { throw TestFailure("chown") }
        guard let sudo else { return }
        try FileManager.default.createDirectory(atPath: "/etc/sudoers.d", withIntermediateDirectories: true)
        let file = URL(fileURLWithPath: "/etc/sudoers.d/\(name)")
        try Data("\(name) \(sudo)\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: file.path)
    }

    deinit { guardian.stop() }
}
