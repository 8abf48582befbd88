// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalTransport
import Model
import TaskKit
import TaskKitTesting

/// This machine, worked on through the real launcher.
func localSession() -> any HostSession {
    var connection = Connection(address: "localhost")
    connection.transport = .local
    let transport = LocalTransport(user: NSUserName()) { _, _ throws(SessionFailure) in
        throw SessionFailure(.missingSecret, "tests have no secrets")
    }
    return transport.open(Host(name: "local", connection: connection))
}

/// Runs a task type on this machine.
func runHere(
    _ type: any TaskType, _ settings: Setting, effect: Effect = .check, limit: TimeLimit? = nil,
    output: any OutputSink = NoOutput()
) async throws -> TaskOutcome {
    let type: any TaskType = type
    let task = try PreparedTask(type, ParameterValues(settings, isFilled: true))
    return try await task.run(.testing(session: localSession(), effect: effect, limit: limit, output: output))
}

/// What an outcome says.
func parts(_ outcome: TaskOutcome) -> (reason: Reason?, report: Report) {
    switch outcome {
    case .succeeded(let report), .leftRunning(let report), .branch(_, let report): (nil, report)
    case .failed(let reason, let report), .unknown(let reason, let report): (reason, report)
    case .waitForPerson, .startJob: (nil, Report())
    }
}

/// A folder that is removed when nobody needs it any more.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("firstline-\(UUID())").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folder it stands in.
    func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
        let file = path + "/" + name
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }
}
