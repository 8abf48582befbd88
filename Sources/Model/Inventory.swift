// SPDX-License-Identifier: Apache-2.0

/// A named set of hosts; groups may contain groups.
public struct HostGroup: Hashable, Codable, Sendable {
    /// Its name.
    public var name: String
    /// The groups directly inside it.
    public var children: [String]
    /// Whether its hosts may be worked on.
    public var enabled: Bool
    /// Makes a group.
    public init(name: String, children: [String] = [], enabled: Bool = true) {
        self.name = name
        self.children = children
        self.enabled = enabled
    }
}

/// All hosts that can be worked on, in the order they were written.
public struct Inventory: Hashable, Sendable {
    /// The hosts, in order.
    public let hosts: [Host]
    /// The groups, in order.
    public let groups: [HostGroup]
    private let positions: [HostName: Int]

    /// Makes an inventory; of two hosts with one name the first counts (readers report the second).
    public init(hosts: [Host] = [], groups: [HostGroup] = []) {
        self.hosts = hosts
        self.groups = groups
        positions = Dictionary(hosts.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The host of a name.
    public subscript(name: HostName) -> Host? { positions[name].map { hosts[$0] } }

    /// The instance a target names, if it names one that exists.
    public func instance(_ target: Target) -> Instance? {
        guard let name = target.instance else { return nil }
        return self[target.host]?.instances.first { $0.name == name }
    }
}
