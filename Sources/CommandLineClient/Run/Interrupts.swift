// SPDX-License-Identifier: Apache-2.0

import APIContract
import Dispatch
import Foundation
import Glibc
import Model
import Synchronization

/// What Ctrl-C does: at a terminal it asks; the second one, and any elsewhere, leaves the run as it is and says how to find it.
struct Interrupts {
    private let sources: [any DispatchSourceSignal]
    /// Asks the person at the terminal what a Ctrl-C is to do, and does it, until the task is cancelled.
    let heed: @Sendable () async -> Void

    /// Takes signals from now on, for as long as the value lives; what they ask for is done by `heed`.
    ///
    /// `act` does with the run what a person chooses, and says what was done.
    init(
        id: RunID, progress: RunProgress, language: Language,
        act: @escaping @Sendable (RunRequest.Action) async throws -> String
    ) {
        let handler = InterruptHandler(id: id, progress: progress, language: language, act: act)
        heed = { await handler.heed() }
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
    /// The first Ctrl-C of each question.
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation

    init(
        id: RunID, progress: RunProgress, language: Language,
        act: @escaping @Sendable (RunRequest.Action) async throws -> String
    ) {
        self.id = id
        self.act = act
        self.progress = progress
        self.language = language
        (calls, call) = AsyncStream.makeStream()
    }

    /// Asks after each call and does what the person chooses.
    func heed() async {
        for await _ in calls {
            await progress.pause()
            let answer = await answer()
            guard !Task.isCancelled else { return }
            if ["l", "leave", nil].contains(answer) { leave() }
            count.withLock { $0 = 0 }
            await progress.resume()
            switch answer {
            case "c", "cancel": await tell(.cancel)
            case "h", "hold": await tell(.hold)
            default: break
            }
        }
    }

    func came(_ number: Int32) {
        let times = count.withLock { count in
            count += 1
            return count
        }
        guard number == SIGINT, times == 1, Surroundings.isTerminal(0), Surroundings.isTerminal(2) else {
            leave()
        }
        call.yield()
    }

    private func leave() -> Never {
        let form =
            "run {run} is left as it is. 'firstline run get {run}' shows it, 'firstline run follow {run}' takes it up again."
        say("\n" + Phrases.text(form, language, ["run": id.rawValue]))
        // At once: other threads are in the middle of something, which must not meet libraries that are being taken apart.
        _exit(ExitStatus.interrupted.code)
    }

    /// What the person answers; nil at the end of the input, and when the task is cancelled first.
    private func answer() async -> String? {
        say(
            "\n"
                + Phrases.text(
                    "[c]ancel the run, [h]old it, [l]eave it as it is, or [Enter] to go on (Ctrl-C again leaves it):",
                    language))
        let line = Mutex<CheckedContinuation<String?, Never>?>(nil)
        @Sendable func finish(_ answer: String?) {
            line.withLock { waiting in
                waiting?.resume(returning: answer)
                waiting = nil
            }
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                line.withLock { $0 = continuation }
                // A person takes a while: not on a thread that others need. It reads on until the process ends.
                DispatchQueue.global().async { finish(readLine()?.lowercased()) }
                if Task.isCancelled { finish(nil) }
            }
        } onCancel: {
            finish(nil)
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
