// SPDX-License-Identifier: Apache-2.0

import CCurl

/// Carries out requests on one thread of its own, many at a time, so that no request ever holds a thread that others need.
///
/// The thread is started by the first request, sleeps while there is none, and ends with the loop. Whoever waits is suspended,
/// and cancelling the waiting task ends the request.
final class TransferLoop: Sendable {
    private let mailbox = TransferMailbox()

    deinit { mailbox.close() }

    /// Carries out a request and waits for its end.
    func perform(_ request: Request) async -> TransferResult {
        let id = mailbox.nextID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { answer in
                mailbox.send(TransferOrder(id: id, request: request, answer: answer))
                // The cancellation may have come before the order did.
                if Task.isCancelled { mailbox.cancel(id) }
            }
        } onCancel: {
            mailbox.cancel(id)
        }
    }
}

/// A request with the one who waits for it.
struct TransferOrder: Sendable {
    let id: Int
    let request: Request
    let answer: CheckedContinuation<TransferResult, Never>

    /// Ends it before it began.
    func refuse(_ message: String) {
        answer.resume(returning: .failed(CURLE_OUT_OF_MEMORY, system: 0, message: message, Timings()))
    }
}
