// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import SSHTransport

@Suite("Waits that a cancelled task ends")
struct HandshakeGateTests {
    private func loop(places: Int) -> SSHLoop {
        var options = SSHOptions(
            defaultUser: "root", hostKeys: { _ in [] }, secret: noSecret, jumpHost: { _ in nil })
        options.handshakes = places
        options.handshakePatience = .seconds(3600)
        return SSHLoop(options: options)
    }

    @Test("a host whose work is cancelled leaves the queue", .timeLimit(.minutes(15)))
    func leavesQueue() async {
        let loop = loop(places: 1)
        let order = await loop.enterInTurn()
        #expect(order == ["second without a place", "first", "third"])
    }

    @Test("a pause ends with its own task, not with that of another", .timeLimit(.minutes(15)))
    func pause() async {
        let thread = LoopThread()
        thread.start()
        defer { thread.stop() }
        let isOver = Mutex(false)
        let pause = Task {
            await withTaskCancellationHandler {
                await thread.pause(until: .now + .seconds(3600))
                isOver.withLock { $0 = true }
            } onCancel: {
                thread.wakeAll()
            }
        }
        // Others are cancelled.
        for _ in 0..<100 {
            thread.wakeAll()
            await Task.yield()
        }
        #expect(!isOver.withLock { $0 })
        pause.cancel()
        await pause.value
        #expect(isOver.withLock { $0 })
    }
}

extension SSHLoop {
    /// One host holds the only place, three wait for it, and the work on the second of these is cancelled: who went on, in order.
    fileprivate func enterInTurn() async -> [String] {
        var order: [String] = []
        guard let held = await gate.enter(on: self) else { return [] }
        func wait(_ name: String) -> Task<Void, Never> {
            Task {
                let place = await gate.enter(on: self)
                order.append(place == nil ? "\(name) without a place" : name)
                if let place { gate.leave(place, .failed) }
            }
        }
        let (first, second, third) = (wait("first"), wait("second"), wait("third"))
        second.cancel()
        await second.value
        gate.leave(held, .failed)
        await first.value
        await third.value
        return order
    }
}
