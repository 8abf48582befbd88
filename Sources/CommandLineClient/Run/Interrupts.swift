// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Engine
import Foundation
import Model
import Synchronization

/// What Ctrl-C does: at a terminal it asks; the second one, and any elsewhere, leaves the run as it is and says how to find it.
struct Interrupts {
    private let sources: [any DispatchSourceSignal]

    /// Heeds signals from now on, for as long as the value lives.
    init(id: RunID, engine: Engine, progress: RunProgress, language: Language) {
        let handler = InterruptHandler(id: id, engine: engine, progress: progress, language: language)
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
    private let engine: Engine
    private let progress: RunProgress
    private let language: Language
    private let count = Mutex(0)

    init(id: RunID, engine: Engine, progress: RunProgress, language: Language) {
        self.id = id
        self.engine = engine
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
            case "c", "cancel": try? await self.engine.cancel(self.id, by: Surroundings.person)
            case "h", "hold":
                try? await self.engine.hold(self.id, by: Surroundings.person, reason: "")
                say(held(self.id, self.language))
            default: break
            }
        }
    }
}
