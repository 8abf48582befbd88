// SPDX-License-Identifier: Apache-2.0

import Model

/// Variables as written, so that they can still be read as connection settings and named with their place.
typealias Variables = [String: Setting]

/// What a document says about one host, before its groups have their say.
struct HostDraft {
    var host: Host
    var variables: Variables = [:]
    /// The path in the document that problems with the host name.
    var path = ""
    var groups: [Reference] = []
    var jump: Jump?

    init(name: String, at place: Place?, path: String) {
        host = Host(name: HostName(name), connection: Connection(address: name))
        host.place = place
        self.path = path
    }

    init(_ host: Host) { self.host = host }
}

/// A name that stands for something written elsewhere.
struct Reference {
    /// As it was written.
    let text: String
    /// The names it stands for; a range stands for many.
    let names: [String]
    let place: Place?
    let path: String

    init(_ text: String, names: [String]? = nil, at place: Place?, path: String) {
        self.text = text
        self.names = names ?? [text]
        self.place = place
        self.path = path
    }
}

/// The host that another is reached through.
struct Jump {
    /// How the jump was written.
    enum Form {
        /// The name of a host in the inventory.
        case name
        /// The name of a host in the inventory, meant for all hosts but those on the way.
        case standard
        /// `user@host:port`, several joined by commas, as ssh takes it; the hosts need not be in the inventory.
        case route
    }

    let form: Form
    let reference: Reference
}

/// What a document says about one group.
struct GroupDraft {
    let name: String
    var place: Place?
    var path: String
    var hosts: [Reference] = []
    var children: [Reference] = []
    var variables: Variables = [:]
    /// Variables from files beside the inventory; they win over those of all groups inside it.
    var overrides: Variables = [:]
    var labels: [String: String] = [:]
    var services: [String] = []
    var enabled = true
    /// Which of two groups at one depth wins, in inventories that say so.
    var priority = 1
}

/// What a document says about one business service.
struct ServiceDraft {
    let name: String
    var hosts: [Reference] = []
    var groups: [Reference] = []
}

/// Everything a document says, with references still open.
struct InventoryDraft {
    /// The most hosts that are read: ranges are short to write.
    static let mostHosts = 100_000

    private(set) var hosts: [HostDraft] = []
    private var hostPositions: [String: Int] = [:]
    private(set) var groups: [GroupDraft] = []
    private var groupPositions: [String: Int] = [:]
    var services: [ServiceDraft] = []
    /// What all hosts have unless a group or they themselves say otherwise.
    var standardVariables: Variables = [:]
    var standardLabels: [String: String] = [:]
    /// Which of a host's groups stands nearest.
    var lineage = GroupGraph.Order.byDistance
    /// Reads the settings that a format keeps in variables, once groups are merged.
    var finish: ((inout HostDraft, Variables, inout Problems) -> Void)?

    /// The position of a host.
    func host(named name: String) -> Int? { hostPositions[name] }

    /// The position of a group.
    func group(named name: String) -> Int? { groupPositions[name] }

    /// Adds a host; one that is there already is reported.
    mutating func add(_ host: HostDraft, _ problems: inout Problems) {
        let name = host.host.name.rawValue
        if let position = hostPositions[name] {
            let line = hosts[position].host.place.map { "; it stands first in line \($0.line)" } ?? ""
            problems.add("the host '\(name)' is written twice\(line)", at: host.host.place, path: host.path)
            return
        }
        guard hosts.count < Self.mostHosts else {
            if hosts.count == Self.mostHosts, problems.all.last?.message != Self.tooMany {
                problems.add(Self.tooMany, at: host.host.place, path: host.path)
            }
            return
        }
        hostPositions[name] = hosts.count
        hosts.append(host)
    }

    private static let tooMany = "an inventory holds at most \(mostHosts) hosts"

    /// Adds a host that formats may name many times, and changes what is known of it.
    mutating func change(
        host name: String, at place: Place?, path: String, _ problems: inout Problems,
        _ change: (inout HostDraft, inout Problems) -> Void
    ) {
        if host(named: name) == nil { add(HostDraft(name: name, at: place, path: path), &problems) }
        guard let position = host(named: name) else { return }
        change(&hosts[position], &problems)
    }

    /// Adds a group unless it is there already, and changes what is known of it.
    mutating func change(
        group name: String, at place: Place?, path: String, _ change: (inout GroupDraft) -> Void = { _ in }
    ) {
        let position = groupPositions[name, default: groups.count]
        if position == groups.count {
            groupPositions[name] = position
            groups.append(GroupDraft(name: name, place: place, path: path))
        }
        change(&groups[position])
    }

    /// Changes what is known of a host.
    mutating func changeHost(at position: Int, _ change: (inout HostDraft) -> Void) { change(&hosts[position]) }
}
