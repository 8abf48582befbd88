// SPDX-License-Identifier: Apache-2.0

import Model

/// A made-up inventory on which a job can be planned: one target, and for each selection in a task a host that it names.
struct StandInInventory {
    /// The target jobs are planned for.
    static let target = Target(host: "stand-in")

    let inventory: Inventory

    init(for job: Job, _ library: JobLibrary) {
        var target = Self.host(Self.target.host.rawValue)
        if let software = job.software {
            target.instances = [Instance(name: "stand-in", software: software, version: Version("1"))]
        }
        let selections = library.all.flatMap(\.tasks).compactMap { task -> String? in
            if case .selector(let text)? = task.placement { text } else { nil }
        }
        var hosts = [target]
        for (number, text) in Set(selections).sorted().enumerated() {
            for host in SelectedHosts(text, name: "stand-in-\(number + 1)").hosts
            where hosts.allSatisfy({ $0.name != host.name }) {
                hosts.append(host)
            }
        }
        inventory = Inventory(hosts: hosts)
    }

    static func host(_ name: String) -> Host {
        Host(name: HostName(name), connection: Connection(address: "\(name).example"))
    }
}

/// Hosts that a selection names, guessed from its words; where the guess fails, the selection finds nothing.
private struct SelectedHosts {
    private(set) var hosts: [Host] = []
    private var pattern: Host

    init(_ text: String, name: String) {
        pattern = StandInInventory.host(name)
        var names: [String] = []
        let words = text.replacing(":!", with: " not ").split { " \t\n():,&".contains($0) }.map(String.init)
        var isUnwanted = false
        for word in words {
            defer { isUnwanted = word == "not" }
            guard !isUnwanted, !["and", "or", "not", "all"].contains(word) else { continue }
            if !addAttribute(word) { names.append(Self.sample(word)) }
        }
        hosts = (names.isEmpty ? [name] : names).map(named)
    }

    private func named(_ name: String) -> Host {
        let parts = name.split(separator: "/").map(String.init)
        var host = pattern
        host.name = HostName(parts.first ?? name)
        if parts.count == 2 { host.instances.append(Instance(name: InstanceName(parts[1]), software: "stand-in")) }
        return host
    }

    /// Takes `key=value` into the pattern; false when the word is not of that form.
    private mutating func addAttribute(_ word: String) -> Bool {
        guard let sign = word.firstIndex(where: { "=!<>".contains($0) }) else { return false }
        let key = String(word[..<sign])
        let value = Self.sample(String(word[sign...].drop { "=!<>".contains($0) }))
        switch key {
        case "group": pattern.groups.append(value)
        case "service": pattern.services.append(value)
        case "os": pattern.os = OperatingSystem(rawValue: value) ?? .linux
        case "address": pattern.connection.address = value
        case "instance": pattern.instances.append(Instance(name: InstanceName(value), software: "stand-in"))
        case "software": pattern.instances.append(Self.instance(value))
        case _ where key.hasPrefix("label."): pattern.labels[String(key.dropFirst(6))] = value
        case _ where key.hasPrefix("var."): pattern.variables[String(key.dropFirst(4))] = .text(value)
        default: break
        }
        return true
    }

    /// `tomcat` or `tomcat>=9`; the version asked for is made to fit.
    private static func instance(_ text: String) -> Instance {
        let sign = text.firstIndex { "=!<>".contains($0) } ?? text.endIndex
        let comparison = text[sign...].prefix { "=!<>".contains($0) }
        let asked = String(text[sign...].dropFirst(comparison.count))
        let version = comparison.hasSuffix("=") ? asked : comparison == ">" ? asked + ".1" : "0"
        return Instance(
            name: "stand-in", software: String(text[..<sign]), version: comparison.isEmpty ? nil : Version(version))
    }

    /// A name that a glob matches.
    private static func sample(_ glob: String) -> String {
        glob.replacing(/\[([0-9A-Za-z]+)[-:][0-9A-Za-z]+\]/) { $0.output.1 }.replacing("*", with: "").replacing(
            "?", with: "x")
    }
}
