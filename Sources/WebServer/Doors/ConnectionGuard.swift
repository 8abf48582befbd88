// SPDX-License-Identifier: Apache-2.0

import APIContract
import Glibc
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Watches one connection: that its door is not full, and that each part of the exchange ends in time.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: DoorLimits
    private let connections: Connections
    private let account: (any Channel) -> uid_t?
    private var isRefused = false
    private var isReading = false
    private var isAnswerBegun = false
    private var unanswered = 0
    private var alarm: Scheduled<Void>?
    private var unreadAlarm: Scheduled<Void>?

    /// - Parameters:
    ///   - limits: How long each part may take.
    ///   - connections: Those of its door.
    ///   - account: Finds out which account is at the other end; called where the door bounds what one account has.
    init(
        _ limits: DoorLimits, _ connections: Connections,
        account: @escaping (any Channel) -> uid_t? = ConnectionGuard.peerAccount
    ) {
        self.limits = limits
        self.connections = connections
        self.account = account
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let account = limits.ofAccount == nil ? nil : account(context.channel)
        isRefused = !connections.enter(context.channel, of: account, at: context.eventLoop.now)
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave(context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave(context) }

    private func begin(_ context: ChannelHandlerContext) {
        if isRefused {
            refuse(APIProblem(.busy, "too many requests are being served; ask again later"), context)
        } else {
            setAlarm(limits.firstHead, context)
        }
    }

    private func leave(_ context: ChannelHandlerContext) {
        alarm?.cancel()
        unreadAlarm?.cancel()
        (alarm, unreadAlarm) = (nil, nil)
        connections.leave(context.channel)
    }

    // MARK: The exchange

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head:
            (isReading, isAnswerBegun) = (true, false)
            unanswered += 1
            connections.note(context.channel, .reads(since: context.eventLoop.now))
            setAlarm(limits.body, context)
        case .body: break
        case .end:
            isReading = false
            if unanswered > 0 { work(context) } else { wait(context) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isRefused else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let part = unwrapOutboundIn(data)
        isAnswerBegun = true
        context.write(data, promise: promise)
        guard case .end = part else { return }
        unanswered -= 1
        if isReading {
            // What is left of the request is read for the client's sake; a place that it needs goes to another.
            connections.note(context.channel, .waits(since: context.eventLoop.now))
            setAlarm(limits.rest, context)
        } else if unanswered <= 0 {
            wait(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unreadAlarm?.cancel()
        if !context.channel.isWritable { unreadAlarm = close(after: limits.unread, context) }
        context.fireChannelWritabilityChanged()
    }

    private func work(_ context: ChannelHandlerContext) {
        connections.note(context.channel, .works)
        alarm?.cancel()
    }

    private func wait(_ context: ChannelHandlerContext) {
        connections.note(context.channel, .waits(since: context.eventLoop.now))
        setAlarm(limits.nextHead, context)
    }

    // MARK: Ends

    private func setAlarm(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.endInTime(context) }
    }

    private func close(after time: TimeAmount, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
    }

    private func endInTime(_ context: ChannelHandlerContext) {
        let seconds = limits.body.nanoseconds / 1_000_000_000
        end(APIProblem(.slow, "the request was not whole after \(seconds) seconds"), context)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Connections.PlaceIsNeeded else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        end(APIProblem(.busy, "the request came slowly, and its place went to another; ask again later"), context)
        promise?.succeed()
    }

    /// Ends the connection, with a problem as the answer where a request is coming that has none.
    private func end(_ problem: APIProblem, _ context: ChannelHandlerContext) {
        guard isReading, !isAnswerBegun, unanswered == 1 else { return context.close(promise: nil) }
        refuse(problem, context)
    }

    /// Answers with a problem, and ends the connection.
    private func refuse(_ problem: APIProblem, _ context: ChannelHandlerContext) {
        isRefused = true
        alarm?.cancel()
        alarm = close(after: limits.rest, context)
        let body = problem.bytes
        let head = HTTPResponse(
            status: .init(code: problem.status),
            headerFields: [
                .contentType: APIProblem.mediaType, .contentLength: String(body.readableBytes), .connection: "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}

extension ConnectionGuard {
    /// The account at the other end of a socket of this machine.
    ///
    /// The system is asked at once where that is done on the channel's own loop.
    static func peerAccount(_ channel: any Channel) -> uid_t? {
        var account: uid_t?
        channel.peer?.assumeIsolated().whenSuccess { account = $0.uid }
        return account
    }
}
