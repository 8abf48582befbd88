// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Where a command's data and talk go, and where it gets answers: the process's streams, or what a test puts in their place.
struct Streams: Sendable {
    var data: @Sendable (String) -> Void
    var talk: @Sendable (String) -> Void
    /// The line a person answers with; nil when there is nobody to ask.
    var answer: @Sendable () -> String?

    @TaskLocal static var current = Streams.process

    static let process = Streams(
        data: { write($0, to: 1) }, talk: { write($0, to: 2) },
        answer: { Surroundings.isTerminal(0) && Surroundings.isTerminal(2) ? readLine() : nil })

    /// Writes all of a text; a reader that has gone away is no error.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// Writes data to standard output.
func put(_ text: String) { Streams.current.data(text) }

/// Says something to the person: on standard error, so that standard output holds data only.
func say(_ text: String) { Streams.current.talk(text + "\n") }

/// Asks a question that is answered with yes or no; anything but a yes is a no.
///
/// Nil when there is nobody to ask.
func confirm(_ question: String) -> Bool? {
    Streams.current.talk(question + " [y/N] ")
    guard let answer = Streams.current.answer() else {
        Streams.current.talk("\n")
        return nil
    }
    return ["y", "yes"].contains(answer.lowercased())
}
