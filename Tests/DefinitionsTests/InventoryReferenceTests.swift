// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Testing

@testable import Definitions

/// Inventories made by chance, as their owners' programs read them; the script beside this file says what differs on purpose.
@Suite("Inventories as their owners read them")
struct InventoryReferenceTests {
    /// Another one may be given for a longer search: `INVENTORY_SEED=7 swift test --filter InventoryReferenceTests`.
    private static let seed = ProcessInfo.processInfo.environment["INVENTORY_SEED"].flatMap(Int.init) ?? 1
    private static let count = 300
    private let folder = ScratchFolder()

    @Test("three hundred inventories of Ansible are read as Ansible reads them")
    func ansible() throws {
        _ = try reference("make", Self.seed, Self.count)
        try write(try names().map { ($0, try source($0)) })
        let said = try reference("compare")
        let lines = said.split(separator: "\n")
        #expect(lines.dropLast().isEmpty, "seed \(Self.seed):\n\(said.prefix(4000))")
        #expect(lines.last?.hasPrefix("compared \(Self.count) inventories, ") == true, "\(said.suffix(200))")
    }

    @Test("what ansible-inventory prints of an inventory is read as the inventory itself")
    func listed() throws {
        _ = try reference("make", Self.seed, 20)
        _ = try reference("programs", 20)
        let listed = try names().map { "\($0)/listed.json" }.filter {
            FileManager.default.fileExists(atPath: folder.path + "/" + $0)
        }
        #expect(listed.count > 10)
        try write(listed.map { (String($0.prefix(4)), $0) })
        let said = try reference("compare")
        #expect(said.split(separator: "\n").dropLast().isEmpty, "\(said.prefix(4000))")
    }

    @Test("forty configurations of ssh are read as ssh reads them")
    func ssh() throws {
        _ = try reference("ssh", Self.seed, 40)
        let cases = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("ssh-") }
        #expect(cases.count == 40)
        for name in cases.sorted() {
            let path = folder.path + "/" + name
            let answers = try JSONDecoder().decode(
                [String: Answer].self, from: try Data(contentsOf: URL(fileURLWithPath: path + "/answers.json")))
            let (inventory, problems) = InventoryReader(home: "/root").read(path: path + "/config")
            // A jump goes as its own host does; where it says otherwise, that is not passed over in silence.
            let hops = try JSONDecoder().decode(
                [String: String].self, from: try Data(contentsOf: URL(fileURLWithPath: path + "/hops.json")))
            let differs = hops.contains { $1.contains("@") && answers[$0]?.jump != "ops@gate:2200" }
            #expect(problems.description.contains("of the jump is not used") == differs, "\(name)")
            for (host, answer) in answers {
                let found = try #require(inventory.hosts.first { $0.name.rawValue == host })
                #expect(Answer(found, in: inventory) == answer, "\(name) \(host)")
            }
        }
    }

    /// What `ssh -G` says of a host.
    private struct Answer: Codable, Equatable {
        var user: String
        var port: Int
        var address: String
        var keys: [String]
        /// `user@address:port`.
        var jump: String?

        init(_ host: Model.Host, in inventory: Inventory) {
            let connection = host.connection
            // Without a User ssh takes the account that asks.
            (user, port, address) = (connection.user ?? NSUserName(), connection.port, connection.address)
            (keys, jump) = (connection.keyFiles, nil)
            guard let gate = connection.jump.flatMap({ name in inventory.hosts.first { $0.name == name } }) else {
                return
            }
            let hop = gate.connection
            jump = "\(hop.user ?? NSUserName())@\(hop.address):\(hop.port)"
        }
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.count == 4 }.sorted()
    }

    private func source(_ name: String) throws -> String {
        name
            + (FileManager.default.fileExists(atPath: folder.path + "/\(name)/hosts.ini") ? "/hosts.ini" : "/hosts.yml")
    }

    /// Writes what is read of some files for the script to look at.
    private func write(_ files: [(name: String, path: String)]) throws {
        var ours: [String: [String: Reading]?] = [:]
        for (name, path) in files {
            let (inventory, problems) = InventoryReader(home: "/root").read(path: folder.path + "/" + path)
            let hosts = inventory.hosts.map { ($0.name.rawValue, Reading($0)) }
            ours[name] = .some(problems.hasErrors ? nil : Dictionary(hosts) { first, _ in first })
        }
        try JSONEncoder().encode(ours).write(to: URL(fileURLWithPath: folder.path + "/ours.json"))
    }

    private struct Reading: Encodable {
        var groups: [String]
        var vars: [String: String]
        var reached: [Reached]

        init(_ host: Model.Host) {
            groups = host.groups
            vars = host.variables.mapValues(\.text)
            reached = [.text(host.connection.user), .number(host.connection.port), .text(host.connection.address)]
        }
    }

    private enum Reached: Encodable {
        case text(String?)
        case number(Int)

        func encode(to encoder: any Encoder) throws {
            var single = encoder.singleValueContainer()
            switch self {
            case .text(let text): try single.encode(text)
            case .number(let number): try single.encode(number)
            }
        }
    }

    private func reference(_ action: String, _ numbers: Int...) throws -> String {
        let process = Process()
        // Debian's own Python, which finds Debian's Ansible.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("inventory_reference.py").path
        process.arguments = [script, action, folder.path] + numbers.map(String.init)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: said, as: UTF8.self)
    }
}
