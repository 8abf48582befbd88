// SPDX-License-Identifier: Apache-2.0

import Definitions
import Model
import StandardTasks
import TaskKit
import TaskKitTesting
import Testing

@Suite("Every task type that ships")
struct EveryTaskTypeTests {
    static let checks = standardTaskTypes.map(TaskTypeChecks.init)

    @Test("describes itself, decodes its own example and refuses what is missing or unknown", arguments: checks)
    func passesChecks(check: TaskTypeChecks) throws {
        let read = YAMLReader().read(Array(check.type.example.utf8), file: "Example.yaml")
        #expect(read.problems.all.isEmpty)
        let tasks = try #require(read.document?["tasks"]).entries
        let own = tasks.filter { $0.value["type"]?.text == check.type.name.rawValue }
        try check.passAll(examples: own.map { $0.value["with"] ?? Setting(.map([])) })
        for task in tasks {
            let name = try #require(task.value["type"]?.text)
            #expect(standardTaskTypes.contains { $0.name.rawValue == name }, "\(task.key) is of no known type")
        }
    }

    @Test("has a name of its own")
    func names() throws {
        let registry = try TaskTypeRegistry(standardTaskTypes)
        #expect(registry.all.count == standardTaskTypes.count)
        #expect(throws: RegistryError.self) { try TaskTypeRegistry(standardTaskTypes + [standardTaskTypes[0]]) }
    }
}
