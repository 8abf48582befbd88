// SPDX-License-Identifier: Apache-2.0

import APIContract
import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import WebServer

/// A connection in a world whose clock is moved by hand.
private struct Connection {
    let channel: EmbeddedChannel
    private let head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/")

    init(_ connections: Connections, _ limits: DoorLimits = DoorLimits(connections: 2)) throws {
        channel = EmbeddedChannel(handler: ConnectionGuard(limits, connections))
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/none")).wait()
    }

    var isOpen: Bool { channel.isActive }
    func pass(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }
    func sendHead() throws { try channel.writeInbound(HTTPRequestPart.head(head)) }
    func sendPiece() throws { try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x"))) }
    func sendEnd() throws { try channel.writeInbound(HTTPRequestPart.end(nil)) }

    func answer() throws {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    /// The problem that the server answered with.
    func problem() throws -> (status: Int, problem: APIProblem) {
        guard case .head(let head)? = try channel.readOutbound(as: HTTPResponsePart.self),
            case .body(let body)? = try channel.readOutbound(as: HTTPResponsePart.self)
        else { throw ChannelError.eof }
        return (head.status.code, try JSONDecoder().decode(APIProblem.self, from: Data(body.readableBytesView)))
    }
}

@Suite("A connection to the server")
struct ConnectionGuardTests {
    @Test("ends when the head of its first request is not there after 10 seconds")
    func slowHead() throws {
        let connection = try Connection(Connections(most: 2))
        connection.pass(9)
        #expect(connection.isOpen)
        connection.pass(1)
        #expect(!connection.isOpen)
    }

    @Test("ends with 408 when a request drips in for a minute, however often a piece comes")
    func slowBody() throws {
        let connection = try Connection(Connections(most: 2))
        try connection.sendHead()
        for _ in 0..<59 {
            connection.pass(1)
            try connection.sendPiece()
        }
        #expect(connection.isOpen)
        connection.pass(1)
        let (status, problem) = try connection.problem()
        #expect(status == 408)
        #expect(problem.detail == "the request was not whole after 60 seconds")
        #expect(!connection.isOpen)
    }

    @Test("has as much time as the work takes once its request is whole, and a minute between two requests")
    func work() throws {
        let connection = try Connection(Connections(most: 2))
        for _ in 0..<2 {
            try connection.sendHead()
            try connection.sendEnd()
            connection.pass(3600)
            #expect(connection.isOpen)
            try connection.answer()
            connection.pass(59)
            #expect(connection.isOpen)
        }
        connection.pass(1)
        #expect(!connection.isOpen)
    }

    @Test("ends 5 seconds after an answer that was given before the request was whole")
    func earlyAnswer() throws {
        let connection = try Connection(Connections(most: 2))
        try connection.sendHead()
        try connection.answer()
        connection.pass(4)
        #expect(connection.isOpen)
        connection.pass(1)
        #expect(!connection.isOpen)
    }

    @Test("ends for a new one when the door is full and it waits longest")
    func eviction() throws {
        let connections = Connections(most: 2)
        let first = try Connection(connections)
        let second = try Connection(connections)
        try first.sendHead()
        let third = try Connection(connections)
        // The first one is being served.
        #expect(first.isOpen && !second.isOpen && third.isOpen)
        #expect(connections.count == 2)
    }

    @Test("ends for a new one when it was answered early and owes the rest of its request")
    func owing() throws {
        let connections = Connections(most: 2)
        let owing = try [Connection(connections), Connection(connections)]
        for connection in owing {
            try connection.sendHead()
            try connection.answer()
        }
        #expect(try Connection(connections).isOpen)
        #expect(owing.count(where: \.isOpen) == 1)
    }

    @Test("is told to come again when all that are open are being served, and frees its place when one ends")
    func full() throws {
        let connections = Connections(most: 2)
        let served = try [Connection(connections), Connection(connections)]
        for connection in served { try connection.sendHead() }
        let third = try Connection(connections)
        let (status, problem) = try third.problem()
        #expect(status == 503)
        #expect(problem.detail == "too many requests are being served; ask again later")
        #expect(!third.isOpen)
        _ = try served[0].channel.finish(acceptAlreadyClosed: true)
        #expect(connections.count == 1)
        #expect(try Connection(connections).isOpen)
    }
}
