// SPDX-License-Identifier: Apache-2.0

package import APIContract
import Model

extension Engine {
    /// Does what a person asks of a run, and says what was done.
    ///
    /// A run that is at rest moves on in the background where the request makes it move.
    ///
    /// - Throws: `RunRefusal` and `RecoveryRefusal` when the run does not stand so that this could be done; `StoreError`.
    package func act(_ request: RunRequest) async throws -> String {
        let (id, by, reason) = (request.run, request.by, request.reason)
        switch request.action {
        case .cancel:
            try await cancel(id, by: by)
            // One that nobody moves is moved to its end, which touches nothing further.
            if !moves(id) { begin([id]) }
            return "run \(id) is being cancelled"
        case .hold:
            try await hold(id, by: by, reason: reason)
            return "run \(id) is held: nothing further of it begins; 'firstline run release \(id)' lets it go on"
        case .release where request.step == nil:
            if try await isHeld(id) {
                try await letGo(id, by: by, reason: reason)
                if !moves(id) { begin([id]) }
                return "run \(id) goes on"
            }
            return try await answer(request)
        case .release, .reject: return try await answer(request)
        case .kill: return try await kill(request)
        case .skip: return try await correct(request, .skip(request.selection, reason: reason), "skipped in run \(id)")
        case .rework:
            return try await correct(
                request, .rework(request.selection, onlyFailed: request.onlyFailed), "run \(id) is worked anew")
        case .setOK:
            return try await correct(request, .setOK(request.selection, reason: reason), "taken for good in run \(id)")
        case .probe:
            return try await correct(request, .probe(request.selection), "hosts are asked what became of run \(id)")
        case .resume:
            guard !moves(id) else { return "run \(id) is moved already" }
            try await refuseUnlessFree(id)
            begin([id])
            return "run \(id) is taken up"
        }
    }

    private func answer(_ request: RunRequest) async throws -> String {
        let yes = request.action == .release
        let paths = try await answer(
            request.run, step: request.step, yes: yes, by: request.by, reason: request.reason)
        return "\(yes ? "released" : "rejected"): \(paths.map(\.rawValue).joined(separator: ", "))"
    }

    private func correct(_ request: RunRequest, _ correction: Correction, _ done: String) async throws -> String {
        try await correct(request.run, correction, by: request.by)
        begin([request.run])
        return done
    }

    private func kill(_ request: RunRequest) async throws -> String {
        if let keys = try await kill(request.run, request.selection, by: request.by, reason: request.reason) {
            begin([request.run], killing: keys)
        }
        return "the work is being ended on its hosts"
    }
}

extension RunRequest {
    fileprivate var selection: Recovery.Selection { Recovery.Selection(step: step, lanes: lanes) }
}
