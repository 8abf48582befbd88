// SPDX-License-Identifier: Apache-2.0

import APIContract
import Engine
import Foundation
import Model
import Storage

/// Moves a run to its end in this process, and shows how it goes.
struct RunWatch: Sendable {
    let house: House
    let engine: Engine
    let id: RunID
    let options: CommonOptions
    let isQuiet: Bool
    /// What to do with the run once it moves: a person's answer to a held step, or a cancellation.
    var first: RunRequest?
    /// Steps whose work is to be ended once it is found again.
    var toKill: [StepKey] = []

    /// Returns how the process ends.
    func toTheEnd() async throws -> ExitStatus {
        let plan = try await storeCall { () async throws(StoreError) in try await house.store.plan(of: id) }
        let progress = RunProgress(store: house.store, id: id, plan: plan, language: options.language, isQuiet: isQuiet)
        let interrupts = Interrupts(id: id, progress: progress, language: options.language) { action in
            try await engine.act(RunRequest(run: id, action: action, by: Surroundings.person))
        }
        defer { interrupts.end() }
        let helpers: [@Sendable () async -> Void] = [
            { await progress.show() },
            { await Mailroom(house.directory).serve { await answer($0) } },
            { if let first { await answerFirst(first) } },
            interrupts.heed,
        ]
        do {
            _ = try await withHelpers(helpers) { try await engine.drive(id, killing: toKill) }
        } catch let refusal as RunRefusal {
            await progress.finish()
            throw CommandFailure(.refused, refusal.description)
        } catch let error as StoreError {
            throw CommandFailure(
                .storage, "\(error)\nrun \(id) stands where it stood; 'firstline run follow \(id)' takes it up again")
        }
        await progress.finish()
        let view = try await house.store.view(id)
        try RunReport(view, options.language).put(options.format)
        return view.exitStatus
    }

    private func answer(_ request: RunRequest) async -> Mailroom.Answer {
        guard request.run == id else {
            return Mailroom.Answer(message: RunRefusal.notRunningHere(request.run).description, isRefusal: true)
        }
        do {
            return Mailroom.Answer(message: try await engine.act(request), isRefusal: false)
        } catch {
            return Mailroom.Answer(message: "\(error)", isRefusal: true)
        }
    }

    /// The run was at rest; it takes a moment until its held steps stand again.
    private func answerFirst(_ request: RunRequest) async {
        for _ in 0..<100 where !Task.isCancelled {
            let answer = await answer(request)
            if !answer.isRefusal { return say(answer.message) }
            try? await Task.sleep(for: .milliseconds(50))
        }
        say(await answer(request).message)
    }
}

extension RunView {
    /// 0 when every host is proven OK; else what went wrong, in bits.
    var exitStatus: ExitStatus {
        var code: Int32 = 0
        if counts.failed - counts.unreachable > 0 { code |= ExitStatus.hostsFailed.code }
        if counts.unreachable + counts.unknown + counts.notChecked > 0 || isNotChecked {
            code |= ExitStatus.hostsUnknown.code
        }
        if code == 0, run.state != .succeeded { code = ExitStatus.failure.code }
        return ExitStatus(code: code)
    }
}
