// SPDX-License-Identifier: Apache-2.0

import APIContract
import Dispatch
import Foundation
import Model
import Synchronization

/// What Ctrl-C does: at a terminal it asks; the second one, and any elsewhere, leaves the run as it is and says how to find it.
struct Interrupts {
    private let sources: [any DispatchSourceSignal]

    /// Heeds signals from now on, for as long as the value lives.
    ///
    /// `act` does with the run what a person chooses, and says what was done.
    init(
        id: RunID, progress: RunProgress, language: Language,
        act: @escaping @Sendable (RunRequest.Action) async throws -> String
    ) {
        let handler = InterruptHandler(id: id, progress: progress, language: language, act: act)
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { handler.came(number) }
            source.resume()
            return source
        }
    }

    /// Heeds them no more.
    func end() {
        for source in sources { source.cancel() }
    }
}

private final class InterruptHandler: Sendable {
    private let id: RunID
    private let act: @Sendable (RunRequest.Action) async throws -> String
    private let progress: RunProgress
    private let language: Language
    private let count = Mutex(0)

    init(
        id: RunID, progress: RunProgress, language: Language,
        act: @escaping @Sendable (RunRequest.Action) async throws -> String
    ) {
        self.id = id
        self.act = act
        self.progress = progress
        self.language = language
    }

    func came(_ number: Int32) {
        let times = count.withLock { count in
            count += 1
            return count
        }
        guard number == SIGINT, times == 1, Surroundings.isTerminal(0), Surroundings.isTerminal(2) else {
            return leave()
        }
        Task {
            await self.progress.pause()
            // Waits for a person: not on a thread that others need.
            DispatchQueue.global().async { self.ask() }
        }
    }

    private func leave() {
        let form =
            "run {run} is left as it is. 'firstline run get {run}' shows it, 'firstline run follow {run}' takes it up again."
        say("\n" + Phrases.text(form, language, ["run": id.rawValue]))
        exit(ExitStatus.interrupted.code)
    }

    private func ask() {
        let question =
            "[c]ancel the run, [h]old it, [l]eave it as it is, or [Enter] to go on (Ctrl-C again leaves it):"
        say("\n" + Phrases.text(question, language))
        let answer = readLine()?.lowercased()
        if ["l", "leave", nil].contains(answer) { return leave() }
        count.withLock { $0 = 0 }
        Task {
            await self.progress.resume()
            switch answer {
            case "c", "cancel": await self.tell(.cancel)
            case "h", "hold": await self.tell(.hold)
            default: break
            }
        }
    }

    private func tell(_ action: RunRequest.Action) async {
        do {
            say(Phrases.done(try await act(action), action, id, language))
        } catch {
            say("firstline: \(error)")
        }
    }
}
