// SPDX-License-Identifier: Apache-2.0

import CCurl
import Synchronization

/// Carries out requests on one thread of its own, many at a time, so that no request ever holds a thread that others need.
///
/// The thread is started by the first request and sleeps while there is none. Whoever waits is suspended, and cancelling the
/// waiting task ends the request.
final class TransferLoop: Sendable {
    private struct Mailbox: Sendable {
        var multi: MultiHandle?
        var lastID = 0
        var mail = TransferMail()
    }

    private let mailbox = Mutex(Mailbox())

    /// Carries out a request and waits for its end.
    func perform(_ request: Request) async -> TransferResult {
        let id = mailbox.withLock { box in
            box.lastID += 1
            return box.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { answer in
                send(TransferOrder(id: id, request: request, answer: answer))
                // The cancellation may have come before the order did.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func send(_ order: TransferOrder) {
        let multi = mailbox.withLock { box -> MultiHandle? in
            if box.multi == nil { box.multi = start() }
            if box.multi != nil { box.mail.arrivals.append(order) }
            return box.multi
        }
        guard let multi else { return order.refuse("the thread for requests could not be started") }
        curl_multi_wakeup(multi.pointer)
    }

    private func cancel(_ id: Int) {
        let multi = mailbox.withLock { box -> MultiHandle? in
            box.mail.cancelled.insert(id)
            return box.multi
        }
        if let multi { curl_multi_wakeup(multi.pointer) }
    }

    private func start() -> MultiHandle? {
        curl_global_init(Int(CURL_GLOBAL_ALL))
        guard let pointer = curl_multi_init() else { return nil }
        let multi = MultiHandle(pointer: pointer)
        let isStarted = startThread { [self] in
            var work = TransferWork(multi)
            while true { work.turn(takeMail()) }
        }
        if !isStarted { curl_multi_cleanup(pointer) }
        return isStarted ? multi : nil
    }

    private func takeMail() -> TransferMail {
        mailbox.withLock { box in
            defer { box.mail = TransferMail() }
            return box.mail
        }
    }
}

/// libcurl's own loop.
///
/// `@unchecked Sendable` because libcurl allows `curl_multi_wakeup` from any thread (libcurl-thread); everything else is called
/// on the loop's thread alone.
struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}

/// What came for the thread since it last looked.
struct TransferMail: Sendable {
    var arrivals: [TransferOrder] = []
    var cancelled: Set<Int> = []
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
