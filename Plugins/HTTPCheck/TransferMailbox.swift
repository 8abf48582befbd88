// SPDX-License-Identifier: Apache-2.0

import CCurl
import Synchronization

/// What came for the thread since it last looked.
struct TransferMail: Sendable {
    var arrivals: [TransferOrder] = []
    var cancelled: Set<Int> = []
}

/// Between those who ask and the thread that works.
final class TransferMailbox: Sendable {
    private struct Content: Sendable {
        var multi: MultiHandle?
        var lastID = 0
        var mail = TransferMail()
        var isClosed = false
    }

    private let content = Mutex(Content())

    /// A number no other request has.
    func nextID() -> Int {
        content.withLock { content in
            content.lastID += 1
            return content.lastID
        }
    }

    /// Gives the thread a request; the first one starts the thread.
    func send(_ order: TransferOrder) {
        let isSent = content.withLock { content in
            if content.multi == nil { content.multi = start() }
            guard let multi = content.multi else { return false }
            content.mail.arrivals.append(order)
            multi.wake()
            return true
        }
        if !isSent { order.refuse("the thread for requests could not be started") }
    }

    /// Ends a request; nothing happens when it has ended already.
    func cancel(_ id: Int) {
        content.withLock { content in
            content.mail.cancelled.insert(id)
            content.multi?.wake()
        }
    }

    /// Lets the thread end.
    ///
    /// Nobody waits for it any more.
    func close() {
        content.withLock { content in
            content.isClosed = true
            content.multi?.wake()
        }
    }

    private func start() -> MultiHandle? {
        curl_global_init(Int(CURL_GLOBAL_ALL))
        guard let multi = MultiHandle() else { return nil }
        let isStarted = startThread { [self] in
            var work = TransferWork(multi)
            while let mail = take() { work.turn(mail) }
            multi.free()
        }
        guard isStarted else {
            multi.free()
            return nil
        }
        return multi
    }

    /// What has come; nil when the mailbox is closed, and from then on nobody wakes the thread.
    private func take() -> TransferMail? {
        content.withLock { content in
            if content.isClosed {
                content.multi = nil
                return nil
            }
            defer { content.mail = TransferMail() }
            return content.mail
        }
    }
}

/// libcurl's own loop.
///
/// `@unchecked Sendable` because libcurl allows `curl_multi_wakeup` from any thread while the handle lives (libcurl-thread); the
/// mailbox wakes only under its lock and forgets the handle under it before it is freed. Everything else is called on the
/// loop's thread alone.
struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer

    /// Makes a loop; nil when there is no memory for it.
    init?() {
        guard let pointer = curl_multi_init() else { return nil }
        self.pointer = pointer
    }

    func wake() { curl_multi_wakeup(pointer) }
    func free() { curl_multi_cleanup(pointer) }
}
