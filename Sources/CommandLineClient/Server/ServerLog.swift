// SPDX-License-Identifier: Apache-2.0

import Model
import Storage

/// What a server tells of its work, on standard error: a line with time and level for each thing that happens.
enum ServerLog {
    static func say(_ level: Level, _ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).printable }
        CommandLineClient.say("\(Surroundings.now) \(level.rawValue) \(lines.joined(separator: " | "))")
    }

    static func say(_ event: Event) {
        let subject = event.schedule.map { "schedule \($0)" } ?? event.slot.map { "planned start \($0)" }
        say(event.level, (subject.map { $0 + ": " } ?? "") + event.text.description)
    }

    /// That the store fails or works again; the latter is kept as an event, since it can be kept then.
    static func say(_ turn: Outage.Turn, keptIn store: any RunStore) async {
        guard case .ended = turn else { return say(.error, turn.text.description) }
        say(.warning, turn.text.description)
        do throws(StoreError) {
            _ = try await store.note(Event(at: Surroundings.now, level: .warning, kind: .storeFailed, turn.text))
        } catch {
            say(.error, "that the store failed could not be kept as an event: \(error)")
        }
    }

    /// A line for each of several problems.
    static func say(_ problems: [Problem]) {
        for problem in problems {
            let parts = [problem.place?.description ?? "", problem.path, problem.message].filter { !$0.isEmpty }
            say(problem.severity == .error ? .error : .warning, parts.joined(separator: ": "))
        }
    }
}
