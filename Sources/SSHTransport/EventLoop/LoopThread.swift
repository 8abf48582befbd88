// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Glibc
import Model
import Synchronization

/// One thread that runs an actor's jobs and, while there are none, waits for sockets and deadlines.
///
/// libssh sessions may be used by one thread at a time. Everything about a session therefore happens on one of these threads:
/// the thread is the executor of the actor that owns the session, and code that waits for a socket simply suspends.
final class LoopThread: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var waiters: [Int32: [Waiter]] = [:]
        var sleepers = DeadlineQueue()
        var nextID: UInt64 = 0
        var isRunning = false
        var isStopping = false
        var errors: [String] = []
    }

    /// Somebody waiting for a socket.
    private struct Waiter {
        let id: UInt64
        let wantsWrite: Bool
        let continuation: UnsafeContinuation<Wake, Never>
    }

    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)
    private let epoll: Int32
    private let doorbell: Int32

    init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        doorbell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: doorbell))
        epoll_ctl(epoll, EPOLL_CTL_ADD, doorbell, &event)
    }

    deinit {
        close(epoll)
        close(doorbell)
    }

    /// Starts the thread; it runs until `stop`.
    func start() {
        let started = state.withLock { state in
            defer { state.isRunning = true }
            return state.isRunning
        }
        guard !started else { return }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // Signature checks of OpenSSL want some room; the default of 8 MiB would only be reserved address space.
        pthread_attr_setstacksize(&attributes, 1 << 20)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(self)
        pthread_create(
            &thread, &attributes,
            { box in
                guard let box else { return nil }
                Unmanaged<LoopThread>.fromOpaque(box).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        pthread_detach(thread)
        pthread_attr_destroy(&attributes)
    }

    /// Ends the thread when its jobs are done.
    func stop() {
        state.withLock { $0.isStopping = true }
        ring()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustRing = state.withLock { state in
            state.jobs.append(job)
            return state.jobs.count == 1
        }
        if mustRing { ring() }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Wakes the thread if it may be asleep; it is not when it is the caller.
    private func ring() {
        guard thread.load(ordering: .relaxed) != UInt(pthread_self()) else { return }
        var one: UInt64 = 1
        write(doorbell, &one, 8)
    }
}

/// Why a wait ended.
enum Wake: Sendable {
    case ready, deadline
}

extension LoopThread {
    /// Waits until a socket can be read (or written, if wanted), or the deadline has passed.
    ///
    /// It may return for no reason: whoever waits looks again, also whether the task was cancelled in the meantime.
    ///
    /// - Parameters:
    ///   - socket: The socket; -1 = none, just sleep.
    ///   - write: Whether writing is wanted, too.
    ///   - deadline: When to give up; nil = never.
    /// - Returns: Why the wait ended.
    func ready(_ socket: Int32, write: Bool = false, by deadline: MonotonicTime?) async -> Wake {
        await withUnsafeContinuation { continuation in
            state.withLock { state in
                state.nextID += 1
                state.waiters[socket, default: []].append(
                    Waiter(id: state.nextID, wantsWrite: write, continuation: continuation))
                if let deadline { state.sleepers.insert(state.nextID, socket, deadline) }
                if socket >= 0 { arm(socket, state.waiters[socket, default: []]) }
            }
            // The new deadline may be earlier than the one the thread sleeps for.
            ring()
        }
    }

    /// Waits until a deadline, or until the task is cancelled.
    func pause(until deadline: MonotonicTime) async {
        while !Task.isCancelled, await ready(LoopThread.pauses, by: deadline) == .ready {}
    }

    /// Wakes everybody who waits for any socket, or pauses: a task was cancelled, and it is not known which of them does it.
    func wakeAll() {
        let sockets = state.withLock { Array($0.waiters.keys) }
        for socket in sockets where socket >= 0 || socket == LoopThread.pauses { wake(socket) }
    }

    /// Stands for a socket where a pause ends with its task's cancellation; -1 is for waits that go on.
    private static let pauses: Int32 = -2

    /// Wakes everybody who waits for a socket: something was read from it that may be theirs.
    func wake(_ socket: Int32) {
        let waiters = state.withLock { state in
            let waiters = state.waiters.removeValue(forKey: socket) ?? []
            for waiter in waiters { _ = state.sleepers.remove(waiter.id) }
            return waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: .ready) }
    }

    /// Forgets a socket that is about to be closed.
    func forget(_ socket: Int32) {
        wake(socket)
        epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nil)
    }

    private func arm(_ socket: Int32, _ waiters: [Waiter]) {
        let write = waiters.contains { $0.wantsWrite } ? EPOLLOUT.rawValue : 0
        var event = epoll_event(
            events: EPOLLIN.rawValue | EPOLLRDHUP.rawValue | write | EPOLLONESHOT.rawValue,
            data: epoll_data_t(fd: socket))
        if epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) != 0, errno == ENOENT {
            epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)
        }
    }

    private func take(_ id: UInt64, _ socket: Int32) -> Waiter? {
        state.withLock { state in
            _ = state.sleepers.remove(id)
            guard let index = state.waiters[socket]?.firstIndex(where: { $0.id == id }) else { return nil }
            let waiter = state.waiters[socket]?.remove(at: index)
            if state.waiters[socket]?.isEmpty == true { state.waiters[socket] = nil }
            return waiter
        }
    }
}

extension LoopThread {
    /// What libssh told as errors since the last call.
    func takeErrors() -> [String] {
        state.withLock { state in
            defer { state.errors = [] }
            return state.errors
        }
    }

    /// What the errors say that are read here.
    private static let lastingErrors = ["Channel opening failure:", "no match for method"]

    /// Takes what libssh tells as errors on this thread: its session keeps the last one only.
    private func listenToErrors() {
        ssh_set_log_level(Int32(SSH_LOG_WARN))
        ssh_set_log_userdata(Unmanaged.passUnretained(self).toOpaque())
        ssh_set_log_callback { _, _, text, thread in
            // Each connection has several messages that nothing asks for, and to read one costs more than to pass it over.
            guard let text, let thread, LoopThread.lastingErrors.contains(where: { strstr(text, $0) != nil }) else {
                return
            }
            let loop = Unmanaged<LoopThread>.fromOpaque(thread).takeUnretainedValue()
            loop.state.withLock { if $0.errors.count < 1000 { $0.errors.append(String(cString: text)) } }
        }
    }

    private func run() {
        listenToErrors()
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var events = Array(repeating: epoll_event(), count: 256)
        while runJobs() {
            wakeSleepers()
            let count = epoll_wait(epoll, &events, Int32(events.count), timeout())
            for event in events.prefix(Int(max(0, count))) {
                if event.data.fd == doorbell {
                    var value: UInt64 = 0
                    read(doorbell, &value, 8)
                } else {
                    wake(event.data.fd)
                }
            }
        }
    }

    /// Runs what is to be run; false when the thread is to end.
    private func runJobs() -> Bool {
        while true {
            let (jobs, isStopping) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopping)
            }
            if jobs.isEmpty { return !isStopping }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }

    private func wakeSleepers() {
        let now = MonotonicTime.now
        while let (id, socket) = state.withLock({ $0.sleepers.popDue(now) }) {
            take(id, socket)?.continuation.resume(returning: .deadline)
        }
    }

    /// Milliseconds until there is something to do.
    private func timeout() -> Int32 {
        state.withLock { state in
            if !state.jobs.isEmpty { return 0 }
            guard let next = state.sleepers.next else { return -1 }
            return Int32(clamping: max(0, (next - .now).milliseconds + 1))
        }
    }
}
