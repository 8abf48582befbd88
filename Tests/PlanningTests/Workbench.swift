// SPDX-License-Identifier: Apache-2.0

import Definitions
import Model
import Planning
import StandardTasks
import TaskKit
import Testing

/// Plans playbooks written in a test against an inventory written there, too.
struct Workbench {
    let planner: Planner
    let inventory: Inventory

    init(_ playbooks: [String: String], inventory text: String = Workbench.fleet) throws {
        let jobs = try playbooks.map { id, text in
            let (job, problems) = PlaybookReader.read(Array(text.utf8), file: "\(id).yaml", id: JobID(id))
            try problems.throwIfErrors()
            return try #require(job)
        }
        let read = InventoryReader(home: "/root").read(
            Array(text.utf8), file: "hosts.yaml", folder: "/", format: .firstline)
        try read.problems.throwIfErrors()
        inventory = read.inventory
        planner = Planner(
            library: JobLibrary(jobs), inventory: inventory, registry: try TaskTypeRegistry(standardTaskTypes))
    }

    func plan(
        _ job: JobID = "job", on: String = "all", except: String? = nil, values: [String: String] = [:],
        pace: Pace = Pace()
    ) throws -> Plan {
        try warned(job, on: on, except: except, values: values, pace: pace).plan
    }

    func warned(
        _ job: JobID = "job", on: String = "all", except: String? = nil, values: [String: String] = [:],
        pace: Pace = Pace()
    ) throws -> (plan: Plan, warnings: Problems) {
        let selection = try Selection(on: on, except: except, in: inventory)
        let given = values.mapValues { Setting(.scalar($0, quoted: false)) }
        return try planner.plan(PlanRequest(job: job, selection: selection, values: given, pace: pace))
    }

    /// The problems of a plan that cannot be made, one a line.
    func problems(
        _ job: JobID = "job", on: String = "all", values: [String: String] = [:]
    ) -> String {
        do {
            _ = try plan(job, on: on, values: values)
            return "no problem"
        } catch {
            return "\(error)"
        }
    }

    static let fleet = """
        firstline: 1
        hosts:
          web[01-04]: {address: "10.0.0.{n}", groups: [web], labels: {env: prod}, accounts: [deploy, root],
                       vars: {config: /etc/nginx/nginx.conf}}
          db01: {address: 10.0.1.1, groups: [db], services: [shop], labels: {env: prod}}
          app01:
            groups: [app]
            labels: {env: stage}
            instances:
              t1: {software: tomcat, version: 9.0.80, vars: {config: /srv/t1/server.xml}}
              t2: {software: tomcat, version: 10.1.2, vars: {config: /srv/t2/server.xml}}
          old01: {enabled: false, groups: [web]}
        groups: {web: {services: [shop]}, db: {}, app: {}}
        """
}
