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
    init(id: RunID, engine: Engine) {
        let handler = InterruptHandler(id: id, engine: engine)
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
    private let count = Mutex(0)

    init(id: RunID, engine: Engine) {
        self.id = id
        self.engine = engine
    }

    func came(_ number: Int32) {
        let times = count.withLock { count in
            count += 1
            return count
        }
        guard number == SIGINT, times == 1, Surroundings.isTerminal(0), Surroundings.isTerminal(2) else {
            return leave()
        }
        DispatchQueue.global().async { self.ask() }
    }

    private func leave() {
        say(
            "\nrun \(id) is left as it is. 'firstline run get \(id)' shows it, 'firstline run follow \(id)' takes it up again."
        )
        exit(ExitStatus.interrupted.code)
    }

    private func ask() {
        say("\n[c]ancel the run, [l]eave it as it is, or [Enter] to go on (Ctrl-C again leaves it):")
        switch readLine()?.lowercased() {
        case "c", "cancel": Task { try? await self.engine.cancel(self.id, by: Surroundings.person) }
        case "l", "leave", nil: leave()
        default: count.withLock { $0 = 0 }
        }
    }
}
