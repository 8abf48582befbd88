// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model

/// The facts that `host.…`, `instance.…`, `target` and `run.…` name.
enum Facts {
    /// The names by their first word, without those a host gives itself.
    private static let names: [String: [String]] = [
        "host": ["name", "address", "port", "user", "os", "osVersion", "groups", "services"],
        "instance": ["name", "software", "version"],
        "run": ["id", "operator", "job"],
        "target": [],
    ]
    /// What hosts and instances name themselves, below `host.` and `instance.`.
    private static let families = ["labels", "vars"]

    /// What is wrong with a name that begins as a fact; nil = there is such a fact, though a host may lack it.
    static func problem(_ reference: Reference) -> String? {
        guard let first = reference.path.first, let known = names[first] else { return nil }
        let rest = Array(reference.path.dropFirst())
        let hasFamilies = first == "host" || first == "instance"
        if hasFamilies, let family = rest.first, families.contains(family) {
            return rest.count > 1 ? nil : "'\(reference.text)' names no value; write \(reference.text).NAME"
        }
        if rest.isEmpty { return known.isEmpty ? nil : "'\(first)' names no value; known are \(list(first, known))" }
        guard !known.contains(rest.joined(separator: ".")) else { return nil }
        let all =
            known.map { "\(first).\($0)" } + (hasFamilies ? families.map { "\(first).\($0).\(rest.last ?? "")" } : [])
        let hint = didYouMean(
            reference.text, among: all, orElse: known.isEmpty ? "" : "; known are \(list(first, known))")
        return "there is nothing called '\(reference.text)'\(hint)"
    }

    private static func list(_ first: String, _ known: [String]) -> String {
        let own = first == "run" ? [] : families.map { "\(first).\($0).NAME" }
        return (known.map { "\(first).\($0)" } + own).joined(separator: ", ")
    }

    /// A host's fact; nil = it has none of that name.
    static func value(_ path: [String], of host: Host) -> Value? {
        let name = path.dropFirst().joined(separator: ".")
        return switch path.first {
        case "name": .text(host.name.rawValue)
        case "address": .text(host.connection.address)
        case "port": .integer(host.connection.port)
        case "user": host.connection.user.map(Value.text)
        case "os": .text(host.os.rawValue)
        case "osVersion": host.osVersion.map { .text($0.description) }
        case "groups": .list(host.groups.map(Value.text))
        case "services": .list(host.services.map(Value.text))
        case "labels": host.labels[name].map(Value.text)
        case "vars": host.variables[name]
        default: nil
        }
    }

    /// An instance's fact; nil = it has none of that name.
    static func value(_ path: [String], of instance: Instance) -> Value? {
        let name = path.dropFirst().joined(separator: ".")
        return switch path.first {
        case "name": .text(instance.name.rawValue)
        case "software": .text(instance.software)
        case "version": instance.version.map { .text($0.description) }
        case "labels": instance.labels[name].map(Value.text)
        case "vars": instance.variables[name]
        default: nil
        }
    }
}
