// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Where a command's data and talk go, and where it gets answers: the process's streams, or what a test puts in their place.
struct Streams: Sendable {
    var data: @Sendable (String) -> Void
    var talk: @Sendable (String) -> Void
    /// Whether a person looks at the data on a terminal.
    var isDataSeen: @Sendable () -> Bool = { isatty(1) == 1 }
    /// Takes data that need not be text.
    var bytes: @Sendable ([UInt8]) -> Void = { Streams.write($0[...], to: 1) }
    /// The line a person answers with; nil when there is nobody to ask.
    var answer: @Sendable () -> String?

    @TaskLocal static var current = Streams.process

    static let process = Streams(
        data: { write($0, to: 1) }, talk: { write($0, to: 2) },
        answer: { Surroundings.isTerminal(0) && Surroundings.isTerminal(2) ? readLine() : nil })

    /// Writes all of a text; a reader that has gone away is no error.
    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8)[...], to: descriptor) }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// Writes data for people to standard output: nothing in it can do anything to their terminal.
func put(_ text: String) { Streams.current.data(text.shown) }

/// Writes data in a form to standard output.
///
/// CSV goes to a program or a file exactly as it is; JSON and YAML are exact everywhere, for they spell out what cannot be seen.
func put(_ text: String, _ format: OutputFormat) {
    let isExact = format == .csv && !Streams.current.isDataSeen()
    Streams.current.data(isExact ? text.uncoloured : text.shown)
}

/// Says something to the person: on standard error, so that standard output holds data only.
func say(_ text: String) { Streams.current.talk(text.shown + "\n") }

/// Asks a question that is answered with yes or no; anything but a yes is a no.
///
/// Nil when there is nobody to ask.
func confirm(_ question: String) -> Bool? {
    Streams.current.talk(question.shown + " [y/N] ")
    guard let answer = Streams.current.answer() else {
        Streams.current.talk("\n")
        return nil
    }
    return ["y", "yes"].contains(answer.lowercased())
}
