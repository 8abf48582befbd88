// SPDX-License-Identifier: Apache-2.0

import APIContract
import Foundation
import Model

/// How another process asks the one that moves a run to do something with it: a file put into a directory of the store.
struct Mailroom: Sendable {
    /// What came of it.
    struct Answer: Codable, Sendable {
        let message: String
        let isRefusal: Bool
    }

    private let directory: URL

    init(_ storeDirectory: String) {
        directory = URL(fileURLWithPath: storeDirectory).appendingPathComponent("requests")
    }

    /// Puts a request in and waits for its answer; nil when nobody answered within a few seconds.
    func ask(_ request: RunRequest) async throws -> Answer? {
        let files = FileManager.default
        try files.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let name = UUID().uuidString
        let place = directory.appendingPathComponent(name + ".request")
        // Written under another name and renamed: the reader never sees half a request.
        let draft = directory.appendingPathComponent(name + ".draft")
        try JSONEncoder().encode(request).write(to: draft)
        try files.moveItem(at: draft, to: place)
        let answer = directory.appendingPathComponent(name + ".answer")
        for _ in 0..<100 {
            try await Task.sleep(for: .milliseconds(100))
            guard let data = try? Data(contentsOf: answer) else { continue }
            try? files.removeItem(at: answer)
            return try JSONDecoder().decode(Answer.self, from: data)
        }
        try? files.removeItem(at: place)
        return nil
    }

    /// Answers requests until the task is cancelled.
    func serve(_ answer: @Sendable (RunRequest) async -> Answer) async {
        while !Task.isCancelled {
            for place in requests() {
                let name = place.deletingPathExtension().lastPathComponent
                guard let data = try? Data(contentsOf: place),
                    let request = try? JSONDecoder().decode(RunRequest.self, from: data)
                else { continue }
                try? FileManager.default.removeItem(at: place)
                let draft = directory.appendingPathComponent(name + ".draft")
                try? JSONEncoder().encode(await answer(request)).write(to: draft)
                try? FileManager.default.moveItem(at: draft, to: directory.appendingPathComponent(name + ".answer"))
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func requests() -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.filter { $0.hasSuffix(".request") }.sorted().map(directory.appendingPathComponent)
    }
}
