// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A TCP proxy before a server that misbehaves on purpose: `fault-proxy.py`, whose head says what there is.
package final class FaultProxy: Sendable {
    package enum Fault: String, Sendable {
        case stall, drop, mute, deaf, drip
    }

    package let port: Int
    private let program: BackgroundProgram
    private let directory: TemporaryDirectory
    private var switchFile: String { directory.path + "/now" }

    /// Starts a proxy that is good until `begin()`, or until the host has sent so many bytes.
    package init(_ fault: Fault, to port: Int, afterBytes: Int? = nil) throws {
        directory = try TemporaryDirectory("firstline-proxy")
        self.port = try freePort()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "fault-proxy.py")
        let when = afterBytes.map { ["--after", String($0)] } ?? ["--when", directory.path + "/now"]
        program = try BackgroundProgram(
            ["/usr/bin/python3", script.path, String(self.port), String(port), fault.rawValue] + when,
            log: directory.url.appendingPathComponent("log"))
        for _ in 0..<500 {
            if canConnect(to: self.port) { return }
            usleep(20_000)
        }
        throw TestFailure("the fault proxy does not listen")
    }

    deinit { program.stop() }

    /// From now on it misbehaves.
    package func begin() throws { try Data().write(to: URL(fileURLWithPath: switchFile)) }

    /// From now on it is good again.
    package func end() throws { try FileManager.default.removeItem(atPath: switchFile) }
}
