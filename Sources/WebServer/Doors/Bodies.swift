// SPDX-License-Identifier: Apache-2.0

import APIContract
import Foundation
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Synchronization

/// Reads the messages that requests bring: each within its own limit, and all that are under way within one.
final class Bodies: Sendable {
    /// How large a message may be.
    struct Size: Sendable {
        let bytes: Int
        /// The most scalars, lists and maps: what a text costs when it is read goes by them.
        let values: Int

        static let usual = Size(bytes: 1_000_000, values: 100_000)
    }

    /// Plans of 100,000 hosts, and the keys of as many.
    let large: Size
    /// Room that larger messages leave to those of the usual size.
    private static let forUsual = 32_000_000
    private let roomLeft: Mutex<Int>

    /// Makes room for the largest message, and for some of the usual size beside it.
    init(_ limits: ServerLimits) {
        large = Size(bytes: limits.body, values: 5_000_000)
        roomLeft = Mutex(limits.body + Bodies.forUsual)
    }

    /// A request's message.
    ///
    /// - Throws: `APIProblem` when it is too large, not understood, or when other messages leave no room for it.
    func message<Message: Decodable & Sendable>(
        of request: Request, upTo size: Size = .usual, as: Message.Type = Message.self
    ) async throws -> Message {
        var taken = 0
        defer { roomLeft.withLock { $0 += taken } }
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        try check(announced, of: size)
        // Of usual messages what is only announced takes no room from others.
        if announced > Size.usual.bytes { try take(announced, of: size, &taken) }
        var body = Data(capacity: taken)
        for try await piece in request.body {
            try take(body.count + piece.readableBytes, of: size, &taken)
            body.append(contentsOf: piece.readableBytesView)
        }
        return try Bodies.decoded(body, size)
    }

    /// Takes room until so many bytes are taken.
    private func take(_ count: Int, of size: Size, _ taken: inout Int) throws(APIProblem) {
        try check(count, of: size)
        let more = count - taken
        guard more > 0 else { return }
        let isThere = roomLeft.withLock { left in
            guard left - more >= (count > Size.usual.bytes ? Bodies.forUsual : 0) else { return false }
            left -= more
            return true
        }
        guard isThere else {
            throw APIProblem(.busy, "other large requests are being read; ask again in a moment")
        }
        taken = count
    }

    private func check(_ count: Int, of size: Size) throws(APIProblem) {
        guard count > size.bytes else { return }
        throw APIProblem(.tooLarge, "the request is too large; at most \(size.bytes / 1_000_000) MB are read here")
    }

    private static func decoded<Message: Decodable>(_ body: Data, _ size: Size) throws(APIProblem) -> Message {
        if let fault = body.withUnsafeBytes({ JSONCheck.fault(in: $0, mostValues: size.values) }) {
            throw APIProblem(.invalid, "the request is not understood: it \(fault)")
        }
        do {
            return try JSONDecoder().decode(Message.self, from: body)
        } catch {
            throw APIProblem(.invalid, "the request is not understood: \(error)")
        }
    }
}
