// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Model
import TaskKit

/// The command `firstline host test`.
struct HostTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Log in to hosts, run nothing but an empty command, and show who answers.",
        discussion: "Ends with 0 when all answer, with 4 when some do not.")

    @Argument(help: "Hosts, by name, range or glob; or use --on.", completion: .custom(Completion.hosts))
    var names: [String] = []

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let inventory = try loadInventory(selection, common)
        let hosts = try selection.hosts(named: names, in: inventory)
        let reach = try HostReach(inventory, known: KnownKeys(try await pinnedHostKeys(common)))
        let answers = await onEach(hosts) { await HostAnswer(of: $0, reach.transports) }
        let listing = Listing<HostAnswer>(
            columns: [
                .init("HOST") { $0.host.rawValue }, .init("ADDRESS", wide: true) { $0.address },
                .init("ANSWER") { $0.stateText },
                .init("TIME") { "\($0.durationMs) ms" }, .init("REASON") { $0.reason ?? "" },
                .init("MESSAGE") { $0.message ?? "" },
            ], items: answers, name: { $0.host.rawValue })
        put(try listing.text(common.format), common.format)
        let failed = answers.count { $0.state != .reachable }
        guard failed == 0 else {
            throw CommandFailure(.hostsUnknown, "\(failed) of \(amount(hosts.count, "host")) did not answer")
        }
    }
}

/// What came of a host.
struct HostAnswer: Encodable, Sendable {
    enum State: String, Encodable, Sendable {
        case reachable, failed
    }

    let host: HostName
    let address: String
    let state: State
    let reason: String?
    let message: String?
    let durationMs: Int64

    /// Opens a session, runs an empty command, and closes the session.
    init(of host: Host, _ transports: Wiring.Transports) async {
        self.host = host.name
        address = HostDocument(host).endpoint
        let clock = ContinuousClock()
        let start = clock.now
        let failure = await Self.tryOut(host, transports)
        durationMs = start.duration(to: clock.now).milliseconds
        state = failure == nil ? .reachable : .failed
        reason = failure?.code.rawValue
        message = failure?.message
    }

    private static func tryOut(_ host: Host, _ transports: Wiring.Transports) async -> SessionFailure? {
        do throws(SessionFailure) {
            let session = try await transports.open(host)
            let failure = await runNothing(in: session, of: host)
            await session.close()
            return failure
        } catch {
            return error
        }
    }

    /// Runs what every shell can run and changes nothing.
    private static func runNothing(in session: any HostSession, of host: Host) async -> SessionFailure? {
        do throws(SessionFailure) {
            let limit = TimeLimit(.seconds(30))
            let command = Command("/bin/sh", ["-c", ":"])
            switch try await session.execute(command, tag: "host-test", limit: limit, output: NoOutput()).exit {
            case .code(0): return nil
            case .code(let code): return SessionFailure(.noShell, "the shell of \(host.name) ended with \(code)")
            case .killed, .leftRunning, .rebooted:
                return SessionFailure(
                    .timeLimit, "the shell of \(host.name) did not end within \(limit.duration.written)")
            }
        } catch {
            return error
        }
    }

    var stateText: String {
        state == .reachable
            ? StateText.coloured("reachable", .succeeded, .ok) : StateText.coloured("FAILED", .failed, .ok)
    }
}
