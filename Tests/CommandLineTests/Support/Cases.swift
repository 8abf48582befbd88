// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The files in `Cases/`: what commands are given, and what they must answer.
///
/// Run the tests with `UPDATE_CASES=1` to write the answers that are missing or have changed, and read them before you keep them.
enum Cases {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Cases").path

    /// The path of a file or folder.
    static func path(_ name: String) -> String { root + "/" + name }

    /// The names in a folder that have an ending, in order.
    static func names(in folder: String, ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted()
    }

    static func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// Compares an answer with the stored one; paths are told from `Cases/` on.
    static func expect(_ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let actual = text.replacing(root + "/", with: "")
        if ProcessInfo.processInfo.environment["UPDATE_CASES"] != nil {
            try actual.write(toFile: path(name), atomically: true, encoding: .utf8)
        }
        #expect(actual == (try? Cases.text(name)), sourceLocation: sourceLocation)
    }

    /// A folder that is gone when the work is done.
    static func withFolder<Answer>(
        _ files: [String: String], _ work: (String) async throws -> Answer
    ) async throws -> Answer {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        return try await work(folder.path)
    }
}
