// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// The sessions of a run: one a host, opened when first needed, shared by all lanes and steps there, closed when no step is left.
actor SessionPool {
    private let open: SessionOpener
    private var sessions: [HostName: Task<Result<any HostSession, SessionFailure>, Never>] = [:]
    /// Steps that may still need a host.
    private var stepsLeft: [HostName: Int]

    init(open: @escaping SessionOpener, stepsLeft: [HostName: Int]) {
        self.open = open
        self.stepsLeft = stepsLeft
    }

    /// The session to a host.
    ///
    /// One that could not be opened is tried anew by the next who asks.
    func session(to host: Host) async throws(SessionFailure) -> any HostSession {
        let opening =
            sessions[host.name]
            ?? Task { [open] in
                do throws(SessionFailure) {
                    return .success(try await open(host))
                } catch {
                    return .failure(error)
                }
            }
        sessions[host.name] = opening
        let result = await withTaskCancellationHandler {
            await opening.value
        } onCancel: {
            opening.cancel()
        }
        if case .failure = result { sessions[host.name] = nil }
        return try result.get()
    }

    /// Forgets a session that broke, so that the next step opens a new one.
    func discard(_ host: HostName) async {
        guard let opening = sessions.removeValue(forKey: host) else { return }
        if case .success(let session) = await opening.value { await session.close() }
    }

    /// A step on a host has ended; after the last one its session is closed.
    func stepEnded(on host: HostName) async {
        guard let left = stepsLeft[host] else { return }
        stepsLeft[host] = left - 1
        if left == 1 { await discard(host) }
    }

    func closeAll() async {
        for host in Array(sessions.keys) { await discard(host) }
    }
}
