// SPDX-License-Identifier: Apache-2.0

package import Model

/// What a server is told in its configuration file; nil and empty = as without a file.
package struct ServerConfiguration: Hashable, Sendable {
    /// An address and a port.
    package struct Address: Hashable, Sendable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Reads `127.0.0.1:8420`, `[::1]:8420` or `:8420`, which means this machine only.
        package init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65_535).contains(port)
            else { return nil }
            var host = String(text[..<colon])
            if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
            guard host.contains(":") == text.hasPrefix("[") else { return nil }
            self.init(host: host.isEmpty ? "127.0.0.1" : host, port: port)
        }
    }

    /// The directory of the store.
    package var data: String?
    package var playbooks: [String] = []
    package var plugins: [String] = []
    package var inventory: String?
    package var schedules: [String] = []
    /// Where the socket is made.
    package var socket: String?
    /// The group whose members may use the socket; nil = only the server's own account.
    package var socketGroup: String?
    /// Where others may look how it fares.
    package var status: Address?
    /// Whether they may not.
    package var isStatusOff = false
    /// How long a host that was lost is sought.
    package var hostPatience: Duration?
    /// How long records are kept after they are over.
    package var keep = Retention.usual
    /// How much of the server its clients can take.
    package var limits = ServerLimits()

    /// A configuration that says nothing.
    package init() {}
}

/// Reads the configuration of a server.
package struct ServerConfigurationReader {
    private static let keys = [
        "firstline", "data", "playbooks", "plugins", "inventory", "schedules", "socket", "status", "hostPatience",
        "keep", "limits",
    ]

    private let folder: String
    private var problems = Problems()

    /// Reads a file; relative paths in it are meant from where it stands.
    package static func read(path: String) -> (ServerConfiguration, Problems) {
        do {
            return read(try Files.read(path, limit: SourceText.largestSize), file: path)
        } catch {
            return (ServerConfiguration(), Problems("\(path) \(error.message)"))
        }
    }

    /// Reads a file's bytes.
    package static func read(_ bytes: [UInt8], file: String) -> (ServerConfiguration, Problems) {
        let (document, syntax) = YAMLReader().read(bytes, file: file)
        var reader = ServerConfigurationReader(folder: Paths.folder(of: file))
        reader.problems.add(syntax)
        let configuration = document.map { reader.configuration(Field($0)) } ?? ServerConfiguration()
        return (configuration, reader.problems.arranged(for: file))
    }

    private mutating func configuration(_ field: Field) -> ServerConfiguration {
        var result = ServerConfiguration()
        guard let record = Record(field, "a server's configuration", keys: Self.keys, &problems) else { return result }
        checkVersion(record, "1", "server's configuration", &problems)
        result.data = path(record["data"])
        result.playbooks = paths(record["playbooks"])
        result.plugins = paths(record["plugins"])
        result.inventory = path(record["inventory"])
        result.schedules = paths(record["schedules"])
        if let field = record["socket"] { readSocket(field, into: &result) }
        if let field = record["status"] { readStatus(field, into: &result) }
        result.hostPatience = record["hostPatience"]?.duration(&problems)
        if let field = record["keep"] { readKeep(field, into: &result) }
        if let field = record["limits"] { readLimits(field, into: &result.limits) }
        return result
    }

    private mutating func readSocket(_ field: Field, into result: inout ServerConfiguration) {
        guard case .map = field.setting.content else { return result.socket = path(field) }
        guard let record = Record(field, "socket", keys: ["path", "group"], &problems) else { return }
        result.socket = path(record["path"])
        result.socketGroup = record["group"]?.text(&problems)
    }

    private mutating func readStatus(_ field: Field, into result: inout ServerConfiguration) {
        guard let text = field.text(&problems) else { return }
        if text == "off" { return result.isStatusOff = true }
        guard let address = ServerConfiguration.Address(text) else {
            field.report("must be an address and a port such as 127.0.0.1:8420, or off, not '\(text)'", &problems)
            return
        }
        result.status = address
    }

    private mutating func readKeep(_ field: Field, into result: inout ServerConfiguration) {
        guard let record = Record(field, "keep", keys: Past.allCases.map(\.rawValue), &problems) else { return }
        for past in Past.allCases {
            guard let field = record[past.rawValue] else { continue }
            if case .scalar("forever", _) = field.setting.content {
                result.keep[past] = nil
            } else if let time = field.duration(&problems) {
                let shortest = Retention.shortest(past)
                if time < shortest {
                    field.report("must be \(shortest.written) at least, or forever, not \(time.written)", &problems)
                }
                result.keep[past] = time
            }
        }
    }

    private mutating func readLimits(_ field: Field, into limits: inout ServerLimits) {
        let keys = ["connections", "statusConnections", "body", "idle"]
        guard let record = Record(field, "limits", keys: keys, &problems) else { return }
        let bounds = ServerLimits.connectionBounds
        limits.connections = record["connections"]?.integer(bounds, &problems) ?? limits.connections
        limits.statusConnections = record["statusConnections"]?.integer(bounds, &problems) ?? limits.statusConnections
        if let field = record["body"], case .size(let bytes)? = field.value(.size, &problems) {
            if !ServerLimits.bodyBounds.contains(bytes) {
                field.report("must be a size from 1MB to 1GB, not '\(field.setting.text ?? "")'", &problems)
            }
            limits.body = bytes
        }
        if let field = record["idle"], let time = field.duration(&problems) {
            if !ServerLimits.idleBounds.contains(time) {
                field.report("must be a duration from 5s to 1h, not \(time.written)", &problems)
            }
            limits.idle = time
        }
    }

    private mutating func path(_ field: Field?) -> String? {
        field?.text(&problems).map { Paths.join(folder, $0) }
    }

    private mutating func paths(_ field: Field?) -> [String] {
        (field?.texts(&problems) ?? []).map { Paths.join(folder, $0) }
    }
}
