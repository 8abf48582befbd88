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

    /// Connects as an account after so many seconds.
    init(_ connections: Connections, of account: uid_t = 1000, after seconds: Int64 = 0) throws {
        let limits = DoorLimits(connections: 2, ofAccount: 3)
        let loop = EmbeddedEventLoop()
        loop.advanceTime(by: .seconds(seconds))
        channel = EmbeddedChannel(loop: loop)
        try channel.pipeline.syncOperations.addHandler(ConnectionGuard(limits, connections) { _ in account })
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
        let connection = try Connection(Connections(DoorLimits(connections: 2)))
        connection.pass(9)
        #expect(connection.isOpen)
        connection.pass(1)
        #expect(!connection.isOpen)
    }

    @Test("ends with 408 when a request drips in for a minute, however often a piece comes")
    func slowBody() throws {
        let connection = try Connection(Connections(DoorLimits(connections: 2)))
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
        let connection = try Connection(Connections(DoorLimits(connections: 2)))
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
        let connection = try Connection(Connections(DoorLimits(connections: 2)))
        try connection.sendHead()
        try connection.answer()
        connection.pass(4)
        #expect(connection.isOpen)
        connection.pass(1)
        #expect(!connection.isOpen)
    }

    @Test("ends for a new one when the door is full and it waits longest")
    func eviction() throws {
        let connections = Connections(DoorLimits(connections: 2))
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
        let connections = Connections(DoorLimits(connections: 2))
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
        let connections = Connections(DoorLimits(connections: 2))
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

    @Test("ends for a new one with 503 when its request has been coming for 5 seconds, the slowest first")
    func slowest() throws {
        let connections = Connections(DoorLimits(connections: 2))
        let (first, second) = (try Connection(connections), try Connection(connections, after: 1))
        try second.sendHead()
        try first.sendHead()
        #expect(try Connection(connections, after: 4).problem().status == 503)
        #expect(try Connection(connections, after: 6).isOpen)
        let (status, problem) = try first.problem()
        #expect(status == 503)
        #expect(problem.detail == "the request came slowly, and its place went to another; ask again later")
        #expect(!first.isOpen && second.isOpen)
    }

    @Test("stays however long its request is worked on once that is whole")
    func whole() throws {
        let connections = Connections(DoorLimits(connections: 2))
        let served = try [Connection(connections), Connection(connections)]
        for connection in served {
            try connection.sendHead()
            try connection.sendEnd()
        }
        #expect(try Connection(connections, after: 3600).problem().status == 503)
        #expect(served.count(where: \.isOpen) == 2)
    }

    @Test("ends for one of its own account when that has its share, and never for one beyond the share of another")
    func share() throws {
        let connections = Connections(DoorLimits(connections: 4, ofAccount: 3))
        let other = try Connection(connections, of: 1)
        let own = try (0..<3).map { try Connection(connections, of: 2, after: $0 + 1) }
        #expect(try Connection(connections, of: 2, after: 9).isOpen)
        #expect(other.isOpen && !own[0].isOpen && own[1].isOpen && own[2].isOpen)
        #expect(connections.count == 4)
    }

    @Test("finds a place beside an account whose requests take all that it may have")
    func beside() throws {
        let connections = Connections(DoorLimits(connections: 4, ofAccount: 3))
        for _ in 0..<3 { try Connection(connections, of: 2).sendHead() }
        #expect(try Connection(connections, of: 2).problem().status == 503)
        #expect(try Connection(connections, of: 1).isOpen)
        #expect(connections.count == 4)
    }
}
