// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

/// The requests of a loop, as its thread sees them.
///
/// Used on that thread alone.
struct TransferWork {
    /// Requests under way at once; the others wait their turn, and their time does not run yet.
    private static let width = 256

    private let multi: MultiHandle
    private var waiting: [TransferOrder] = []
    private var active: [UnsafeMutableRawPointer: (transfer: Transfer, order: TransferOrder)] = [:]

    init(_ multi: MultiHandle) { self.multi = multi }

    /// One turn: takes the mail, lets libcurl work, answers what has ended, and sleeps until something happens.
    mutating func turn(_ mail: TransferMail) {
        waiting += mail.arrivals
        if !mail.cancelled.isEmpty { end(mail.cancelled) }
        begin()
        var running: Int32 = 0
        curl_multi_perform(multi.pointer, &running)
        finish()
        guard waiting.isEmpty || active.count >= TransferWork.width else { return }
        curl_multi_poll(multi.pointer, nil, 0, active.isEmpty ? 60_000 : 1000, nil)
    }

    private mutating func begin() {
        let next = waiting.prefix(TransferWork.width - active.count)
        for order in next {
            guard let transfer = Transfer(order.request),
                curl_multi_add_handle(multi.pointer, transfer.handle) == CURLM_OK
            else {
                order.refuse("the request could not be started")
                continue
            }
            active[transfer.handle] = (transfer, order)
        }
        waiting.removeFirst(next.count)
    }

    private mutating func finish() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi.pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let (transfer, order) = active.removeValue(forKey: handle)
            else { continue }
            let result = transfer.result(message.pointee.data.result)
            curl_multi_remove_handle(multi.pointer, handle)
            order.answer.resume(returning: result)
        }
    }

    private mutating func end(_ cancelled: Set<Int>) {
        for order in waiting where cancelled.contains(order.id) { order.answer.resume(returning: .cancelled) }
        waiting.removeAll { cancelled.contains($0.id) }
        for (handle, entry) in active where cancelled.contains(entry.order.id) {
            curl_multi_remove_handle(multi.pointer, handle)
            active[handle] = nil
            entry.order.answer.resume(returning: .cancelled)
        }
    }
}

/// Starts a thread that lives as long as its work; false if the system refuses.
func startThread(_ work: @escaping @Sendable () -> Void) -> Bool {
    let box = Unmanaged.passRetained(ThreadWork(work))
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { pointer in
            if let pointer { Unmanaged<ThreadWork>.fromOpaque(pointer).takeRetainedValue().work() }
            return nil
        }, box.toOpaque())
    guard status == 0 else {
        box.release()
        return false
    }
    pthread_detach(thread)
    return true
}

private final class ThreadWork: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}
