// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Lets a door stay open when a connection cannot be accepted for lack of open files or memory.
///
/// Such an error would end the door, and with it the server. The door rests for a moment instead: connections wait in the
/// system's queue.
final class AcceptPatience: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private static let rest = TimeAmount.milliseconds(100)

    private var isResting = false
    private var isReadWanted = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // For every other error the channel closes itself, and whoever waits for it must be told.
        guard error is IOError, context.channel.isActive else { return context.fireErrorCaught(error) }
        guard !isResting else { return }
        isResting = true
        context.eventLoop.assumeIsolated().scheduleTask(in: AcceptPatience.rest) {
            self.isResting = false
            guard self.isReadWanted else { return }
            self.isReadWanted = false
            context.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if isResting {
            isReadWanted = true
        } else {
            context.read()
        }
    }
}
