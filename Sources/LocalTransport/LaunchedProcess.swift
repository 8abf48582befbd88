// SPDX-License-Identifier: Apache-2.0

import CLinux
import Model
import Subprocess
import TaskKit

/// One launched command: feeds it, takes its output, and waits for its end, its limit or the task's cancellation.
actor LaunchedProcess {
    enum End: Sendable { case finished, limit, cancelled }

    nonisolated let request: LaunchRequest
    private let opening: LaunchOpening
    private let output: any OutputSink
    private let shell: [String]
    private let started = ContinuousClock.now
    private(set) var exchange: LaunchExchange
    private var status: TerminationStatus?
    private var spawnFailure: String?
    private var end: End?
    /// Pieces of output on their way to the sink.
    private var writing = 0
    private var waiter: CheckedContinuation<End, Never>?
    private var hasClosed = false
    private var listener: CheckedContinuation<Void, Never>?
    /// Why what was to be said was not said.
    private var refusal: SessionFailure?
    private var limit: Duration?
    /// Ends the wait of `run` when the limit passes; `run` cancels it.
    private var timer: Task<Void, Never>?

    init(_ opening: LaunchOpening, _ request: LaunchRequest, host: HostName, shell: [String], output: any OutputSink) {
        self.shell = shell
        self.opening = opening
        self.request = request
        self.output = output
        exchange = LaunchExchange(opening, request, key: opening.key, host: host)
    }

    /// Runs the command until it ends, the limit passes, or the task is cancelled; what still runs then goes on.
    func run(limit: Duration?) async -> End {
        // The process may outlive this call (a limit that leaves it running), so it is watched by a task of its own,
        // which belongs to the process and ends with it.
        Task { await self.launch() }
        self.limit = limit
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let end { continuation.resume(returning: end) } else { waiter = continuation }
            }
        } onCancel: {
            // Ends at once; what it does ends the wait above.
            Task { await self.conclude(.cancelled) }
        }
    }

    /// How it ended, once it has finished.
    func execution() throws(SessionFailure) -> TaskKit.Execution {
        if let refusal { throw refusal }
        if let spawnFailure {
            throw SessionFailure(.noShell, "no shell could be started on the controller: \(spawnFailure)")
        }
        var code: Int?
        if case .exited(let number)? = status { code = Int(number) }
        return try exchange.execution(exit: code)
    }

    private func conclude(_ end: End) {
        guard self.end == nil else { return }
        self.end = end
        tellListener()
        waiter?.resume(returning: end)
        waiter = nil
    }

    private func launch() async {
        let words = shell.dropFirst() + opening.words
        var options = PlatformOptions()
        options.createSession = true
        do {
            let result = try await Subprocess.run(
                .name(shell[0]), arguments: Arguments(Array(words)), platformOptions: options, input: .inputWriter,
                output: .sequence, error: .sequence
            ) { execution in
                // Before the launcher is sent anything, so that what it starts has the usual limit.
                firstline_set_soft_file_limit(execution.processIdentifier.value, UInt(OpenFiles.atStart))
                await withTaskGroup { group in
                    group.addTask { await self.feed(execution.standardInputWriter) }
                    group.addTask { await self.take(execution.standardOutput, .standardOutput) }
                    group.addTask { await self.take(execution.standardError, .standardError) }
                }
            }
            status = result.terminationStatus
        } catch {
            spawnFailure = "\(error)"
        }
        conclude(.finished)
    }

    private func feed(_ writer: StandardInputWriter) async {
        while end == nil, !hasClosed {
            do throws(SessionFailure) {
                let bytes = try exchange.say(at: .now - started)
                if !bytes.isEmpty {
                    // A program that ends without reading its input breaks the pipe; that is its right.
                    _ = try? await writer.write(bytes)
                } else if exchange.isSaid, request.errand == nil {
                    break
                } else {
                    await somethingHeard(by: exchange.nextQuestion)
                }
            } catch {
                refusal = error
                break
            }
        }
        try? await writer.finish()
    }

    /// Waits until more was read, the process has ended, or the time for the next question has come.
    private func somethingHeard(by question: Duration?) async {
        let alarm = question.map { question in
            Task {
                try? await Task.sleep(until: started + question)
                if !Task.isCancelled { self.tellListener() }
            }
        }
        await withCheckedContinuation { listener = $0 }
        alarm?.cancel()
    }

    private func tellListener() {
        listener?.resume()
        listener = nil
    }

    private func take(_ sequence: SubprocessOutputSequence, _ stream: OutputStream) async {
        do {
            for try await buffer in sequence {
                await take(buffer.withUnsafeBytes { Array($0) }, stream)
            }
        } catch {
            // The stream broke with the process; how it ended is told by its status.
        }
        if stream == .standardOutput { hasClosed = true }
        tellListener()
    }

    private func take(_ bytes: [UInt8], _ stream: OutputStream) async {
        let written = exchange.take(bytes, from: stream)
        heedStage()
        writing += 1
        if !written.isEmpty, end == nil { await output.write(written, to: stream) }
        writing -= 1
        // The launcher has said all of it; a child that outlived the program may keep the streams open.
        if exchange.reader.isComplete, writing == 0 { conclude(.finished) }
    }

    private func heedStage() {
        tellListener()
        // The limit counts from the program's own start.
        if case .running = exchange.reader.stage, timer == nil, let limit {
            let rest = limit - exchange.reader.age
            timer = Task {
                try? await Task.sleep(for: rest)
                if !Task.isCancelled { self.conclude(.limit) }
            }
        }
    }
}
