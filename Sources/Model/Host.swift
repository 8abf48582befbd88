// SPDX-License-Identifier: Apache-2.0

/// A version of a piece of software, compared number by number: `9.0.10` is newer than `9.0.9`.
public struct Version: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The version as written.
    public let description: String
    /// Makes a version of any text.
    public init(_ text: String) { description = text }

    /// Compares runs of digits as numbers and all else as text; a longer version is newer than its own beginning.
    public static func < (left: Version, right: Version) -> Bool {
        let pairs = zip(left.parts, right.parts)
        for (one, other) in pairs where one != other {
            if let first = Int(one), let second = Int(other) {
                if first != second { return first < second }
                continue
            }
            return one < other
        }
        return left.parts.count < right.parts.count
    }

    /// Two versions are equal when neither is newer: `9.0` and `9.00` are.
    public static func == (left: Version, right: Version) -> Bool { !(left < right) && !(right < left) }
    /// Hashes the parts with leading zeros taken off.
    public func hash(into hasher: inout Hasher) {
        for part in parts { hasher.combine(Int(part).map(String.init) ?? part) }
    }

    /// The runs of digits and of letters, separators left out.
    private var parts: [String] {
        var result: [String] = []
        var wasDigit: Bool?
        for character in description {
            guard character.isLetter || character.isNumber else {
                wasDigit = nil
                continue
            }
            if wasDigit == character.isNumber {
                result[result.count - 1].append(character)
            } else {
                result.append(String(character))
            }
            wasDigit = character.isNumber
        }
        return result
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        description = try decoder.singleValueContainer().decode(String.self)
    }
}

/// What kind of system a host runs: it decides how a command is started there.
public enum OperatingSystem: String, Codable, Sendable, CaseIterable {
    case linux, windows
}

/// How a command becomes another user on a host.
public enum Become: String, Codable, Sendable, CaseIterable {
    case sudo, su
}

/// How a host is reached.
public struct Connection: Hashable, Codable, Sendable {
    /// Over what a session is opened.
    public enum Transport: String, Codable, Sendable, CaseIterable {
        case ssh, local
    }

    /// Over what a session is opened.
    public var transport: Transport = .ssh
    /// The name or address to connect to.
    public var address: String
    /// The TCP port.
    public var port = 22
    /// The user to log in as; nil = the user of the controller.
    public var user: String?
    /// Private key files to try, in order; empty = the agent, then the usual files of the controller's user.
    public var keyFiles: [String] = []
    /// Where the log-in password is read; nil = no password log-in.
    public var password: SecretSource?
    /// Where the password for sudo or su is read; nil = none is sent.
    public var becomePassword: SecretSource?
    /// Where the passphrase of the key files is read.
    public var passphrase: SecretSource?
    /// The host to go through.
    public var jump: HostName?
    /// The directory on the host under which accounts keep their spool, or `none`; nil = the account's home, else `/var/tmp`.
    public var spool: String?
    /// Whether algorithms that are too weak for use today are offered, for servers that know no others; nil = no.
    public var oldAlgorithms: Bool?

    /// Makes a connection to an address with everything else at its default.
    public init(address: String) { self.address = address }
}

/// A piece of software on a host: the thing much work is really about.
public struct Instance: Hashable, Codable, Sendable {
    /// Its name on that host.
    public var name: InstanceName
    /// The software, in small letters: `tomcat`.
    public var software: String
    /// Its version, if recorded.
    public var version: Version?
    /// Labels by name.
    public var labels: [String: String]
    /// Variables by name.
    public var variables: [String: Value]

    /// Makes an instance.
    public init(
        name: InstanceName, software: String, version: Version? = nil, labels: [String: String] = [:],
        variables: [String: Value] = [:]
    ) {
        self.name = name
        self.software = software
        self.version = version
        self.labels = labels
        self.variables = variables
    }
}

/// A machine that can be worked on.
public struct Host: Hashable, Codable, Sendable {
    /// Its name in the inventory.
    public var name: HostName
    /// How it is reached.
    public var connection: Connection
    /// What system it runs.
    public var os: OperatingSystem = .linux
    /// The system's version, if recorded.
    public var osVersion: Version?
    /// The groups it stands in, nearest first, with the groups those stand in.
    public var groups: [String] = []
    /// The business services it belongs to.
    public var services: [String] = []
    /// Labels by name.
    public var labels: [String: String] = [:]
    /// Accounts that work may run as here; empty = no limit.
    public var accounts: [String] = []
    /// How work becomes another account here, unless the task says.
    public var become: Become = .sudo
    /// Variables by name, those of its groups included (the nearest group wins).
    public var variables: [String: Value] = [:]
    /// The software on it.
    public var instances: [Instance] = []
    /// Whether it may be worked on.
    public var enabled = true
    /// Where it is written.
    public var place: Place?

    /// Makes a host with everything else at its default.
    public init(name: HostName, connection: Connection) {
        self.name = name
        self.connection = connection
    }
}

/// A host, or one instance on a host: what a run works on.
public struct Target: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The host.
    public let host: HostName
    /// The instance on it, if the work is about one.
    public let instance: InstanceName?
    /// Makes a target.
    public init(host: HostName, instance: InstanceName? = nil) {
        self.host = host
        self.instance = instance
    }
    /// `host` or `host/instance`.
    public var description: String { instance.map { "\(host)/\($0)" } ?? host.rawValue }
    /// Orders by host, then instance.
    public static func < (left: Target, right: Target) -> Bool {
        (left.host, left.instance?.rawValue ?? "") < (right.host, right.instance?.rawValue ?? "")
    }
}
