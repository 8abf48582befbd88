// SPDX-License-Identifier: Apache-2.0

public import Model

/// The two streams a program writes.
public enum OutputStream: UInt8, Hashable, Codable, Sendable {
    case standardOutput = 1
    case standardError = 2
}

/// Takes what a program writes, as it comes.
///
/// `write` returns when the bytes are taken; a slow sink thereby holds back the program and never the memory.
public protocol OutputSink: Sendable {
    /// Takes some bytes. Called from one task at a time.
    func write(_ bytes: [UInt8], to stream: OutputStream) async
}

/// Throws away what it is given.
public struct NoOutput: OutputSink {
    /// Makes one.
    public init() {}
    /// Does nothing.
    public func write(_ bytes: [UInt8], to stream: OutputStream) async {}
}

/// Why a host could not be worked on, or what became of work that was begun.
public struct SessionFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The exact cause.
    public let code: ReasonCode
    /// What was tried, on what, what came back, and the next thing to try.
    public let message: String
    /// Whether the command may have been started on the host; if so a `change` is `unknown`.
    public let mayHaveStarted: Bool

    /// Makes a failure.
    public init(_ code: ReasonCode, _ message: String, mayHaveStarted: Bool = false) {
        self.code = code
        self.message = message
        self.mayHaveStarted = mayHaveStarted
    }

    /// The message.
    public var description: String { message }
}

/// A way to one host, open until it is closed.
///
/// Every transport passes `TransportChecks`.
///
/// A session is opened before the first command of a lane and reused by its later steps. `execute` may be called by several
/// tasks at once. Cancelling the task that waits in `execute` ends the whole process tree on the host before it returns.
public protocol HostSession: Sendable {
    /// Runs a command and gives its output to a sink while it comes.
    ///
    /// - Parameters:
    ///   - command: What to run.
    ///   - tag: The attempt's id. It is put into the command's environment as `FIRSTLINE_ATTEMPT`, by which everything the
    ///     command started is found again.
    ///   - limit: How long it may take; nil = for ever.
    ///   - output: Takes what it writes. Awaited, so a slow sink holds the program back.
    /// - Returns: How it ended.
    /// - Throws: `SessionFailure` when the host could not be worked on, or was lost on the way.
    func execute(_ command: Command, tag: String, limit: TimeLimit?, output: any OutputSink)
        async throws(SessionFailure)
        -> Execution

    /// Ends the session. Commands still running on it fail with `connection-lost`.
    func close() async
}

/// A list that keeps the first bytes it is given, up to a limit.
public actor KeptBytes: OutputSink {
    /// The bytes kept so far.
    public private(set) var bytes: [UInt8] = []
    /// Whether more came than was kept.
    public private(set) var isCut = false
    private let limit: Int
    private let stream: OutputStream

    /// Makes a list that keeps one stream, up to a number of bytes.
    public init(_ stream: OutputStream = .standardOutput, limit: Int) {
        self.stream = stream
        self.limit = limit
    }

    /// Keeps what fits of the wanted stream.
    public func write(_ bytes: [UInt8], to stream: OutputStream) {
        guard stream == self.stream else { return }
        let room = limit - self.bytes.count
        self.bytes += bytes.prefix(room)
        isCut = isCut || bytes.count > room
    }
}

extension HostSession {
    /// Writes a file on the host: to a temporary name first, then renamed into place.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - path: Its absolute path.
    ///   - mode: Its mode, such as `0o600`.
    ///   - tag: The attempt's id.
    /// - Throws: `SessionFailure` when the host could not be worked on or refused the file.
    public func upload(_ bytes: [UInt8], to path: String, mode: UInt16 = 0o600, tag: String)
        async throws(SessionFailure)
    {
        let errors = KeptBytes(.standardError, limit: 2000)
        var command = Command("/bin/sh", ["-c", uploadScript, "upload", path, String(mode, radix: 8)])
        command.standardInput = bytes
        let execution = try await execute(command, tag: tag, limit: nil, output: errors)
        guard execution.exit == .code(0) else {
            let text = String(decoding: await errors.bytes, as: UTF8.self)
            throw SessionFailure(.exitCode, "could not write \(path) on the host: \(text)")
        }
    }

    /// Reads a file from the host.
    ///
    /// - Parameters:
    ///   - path: Its absolute path.
    ///   - limit: The most bytes that are taken; a larger file is refused.
    ///   - tag: The attempt's id.
    /// - Returns: The file's content.
    /// - Throws: `SessionFailure` when the host could not be worked on, or the file cannot be read or is too large.
    public func download(_ path: String, limit: Int, tag: String) async throws(SessionFailure) -> [UInt8] {
        let kept = DownloadSink(content: KeptBytes(limit: limit), errors: KeptBytes(.standardError, limit: 2000))
        let command = Command("/bin/cat", ["--", path])
        let execution = try await execute(command, tag: tag, limit: nil, output: kept)
        guard execution.exit == .code(0) else {
            let text = String(decoding: await kept.errors.bytes, as: UTF8.self)
            throw SessionFailure(.exitCode, "could not read \(path) on the host: \(text)")
        }
        guard await !kept.content.isCut else {
            throw SessionFailure(.badValue, "\(path) on the host is larger than \(limit) bytes")
        }
        return await kept.content.bytes
    }
}

/// Takes path ($1) and mode ($2) as arguments and the content on standard input.
private let uploadScript =
    #"umask 077 && cat >"$1.firstline-part" && chmod "$2" "$1.firstline-part" && mv -f -- "$1.firstline-part" "$1""#

private struct DownloadSink: OutputSink {
    let content: KeptBytes
    let errors: KeptBytes

    func write(_ bytes: [UInt8], to stream: OutputStream) async {
        await content.write(bytes, to: stream)
        await errors.write(bytes, to: stream)
    }
}

/// Reads a secret where it stands, at the moment it is needed; a person who is asked for it is told the purpose.
package typealias SecretLookup =
    @Sendable (SecretSource, _ purpose: String) async throws(SessionFailure) -> String
