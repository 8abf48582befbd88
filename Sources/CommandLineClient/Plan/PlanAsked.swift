// SPDX-License-Identifier: Apache-2.0

import Definitions
import Engine
import Foundation
import Model
import Planning
import Scheduling
import Storage
import TaskKit

/// A plan as the command line asks for it.
struct PlanAsked {
    let plan: Plan
    /// What is worth knowing before it is run; also what windows and freezes have against it now.
    let warnings: Problems
    /// The windows and freezes it would pass.
    let gate: ChangeGate
    let registry: TaskTypeRegistry
    let planner: Planner
    let on: String?
    private let except: String?
    private let values: [String: Setting]
    private let pace: Pace

    init(
        job: String, _ selection: SelectionOptions, _ given: ValueOptions, _ pace: PaceOptions, _ common: CommonOptions
    ) throws {
        try self.init(
            JobID(job), on: selection.on, except: selection.except, try givenValues(given), try pace.pace(), selection,
            common)
    }

    /// The plan of a file, made anew.
    ///
    /// - Throws: `CommandFailure` when anything would be different from what the file says.
    init(file: String, _ selection: SelectionOptions, _ common: CommonOptions) async throws {
        let contract = try PlanFile.contract(in: file)
        let asked = try PlanAsked(
            contract.job, on: contract.on, except: contract.except, contract.values, contract.pace, selection, common)
        let differences = contract.differences(to: asked.plan, hostKeys: try await asked.hostKeys(common))
        guard differences.isEmpty else {
            let shown = differences.prefix(20).map { "  \($0)\n" }.joined()
            let rest = differences.count > 20 ? "  and \(differences.count - 20) more\n" : ""
            throw CommandFailure(
                .refused,
                "this is no longer the plan of \(file); nothing was done. What changed:\n\(shown)\(rest)"
                    + "make it anew: firstline plan \(contract.job) … -o json")
        }
        self = asked
    }

    private init(
        _ job: JobID, on: String?, except: String?, _ values: [String: Setting], _ pace: Pace,
        _ selection: SelectionOptions, _ common: CommonOptions
    ) throws {
        let registry = try loadRegistry(common)
        let library = try loadJobs(common, only: job, registry: registry)
        let inventory = try PlanAsked.inventory(on ?? except, selection, common)
        let planner = Planner(library: library, inventory: inventory, registry: registry)
        var warnings: Problems
        do throws(Problems) {
            let chosen = try Selection(ofRun: on, except: except, in: inventory)
            (plan, warnings) = try planner.plan(PlanRequest(job: job, selection: chosen, values: values, pace: pace))
        } catch {
            throw CommandFailure(error)
        }
        gate = plan.changesAnything ? try loadGate(common) : ChangeGate([])
        for objection in gate.objections(to: plan, at: Surroundings.now) {
            let words =
                objection.policy == .block
                ? "it is refused now: {objection}" : "it needs somebody's agreement now: {objection}"
            warnings.warn(Sentence(words, ["objection": objection.sentence]))
        }
        self.warnings = warnings
        self.registry = registry
        self.planner = planner
        (self.on, self.except, self.values, self.pace) = (on, except, values, pace)
    }

    /// The inventory; a job for which nothing is selected needs none.
    private static func inventory(
        _ selected: String?, _ options: SelectionOptions, _ common: CommonOptions
    ) throws -> Inventory {
        let isNeeded = try selected != nil || options.inventory != nil || configuredInventory(common) != nil
        return isNeeded ? try loadInventory(options, common) : Inventory()
    }

    /// The plan with all by which it is known again.
    func contract(_ common: CommonOptions) async throws -> PlanContract {
        PlanContract(
            job: plan.job, on: on, except: except, values: values, pace: pace, plan: plan,
            hostKeys: try await hostKeys(common))
    }

    /// The fingerprints pinned for the plan's hosts.
    private func hostKeys(_ common: CommonOptions) async throws -> [String: [String]] {
        guard let records = try await Records.openIfThere(common) else { return [:] }
        let pinned = try await storeCall { () async throws(StoreError) in try await records.store.pinnedHostKeys() }
        await records.close()
        let fingerprint = try HostReach(Inventory(), known: KnownKeys([])).transports.fingerprint
        return plan.hostKeys(pinned, fingerprint: fingerprint)
    }
}

/// A plan as a file: what people and programs read of it, and the contract.
struct PlanFile: Encodable {
    /// The largest file that is read, in bytes: a plan of 100,000 hosts has less.
    private static let largest = 256_000_000

    private let document: PlanDocument
    private let contract: PlanContract

    private enum Keys: String, CodingKey { case contract }

    init(_ document: PlanDocument, _ contract: PlanContract) {
        self.document = document
        self.contract = contract
    }

    func encode(to encoder: any Encoder) throws {
        try document.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(contract, forKey: .contract)
    }

    /// The contract of a file.
    static func contract(in file: String) throws -> PlanContract {
        struct File: Decodable { let contract: PlanContract }
        let contract: PlanContract
        do {
            let bytes = try content(of: file, limit: PlanFile.largest)
            if let fault = JSONCheck.fault(in: bytes) {
                throw CommandFailure(.usage, "\(file) is not a plan: it \(fault)")
            }
            contract = try JSONDecoder().decode(File.self, from: Data(bytes)).contract
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(
                .usage, "\(file) is not a plan; make one with 'firstline plan <job> … -o json > \(file)'")
        }
        guard contract.isWhole else {
            throw CommandFailure(
                .refused, "the plan in \(file) was altered: it does not match its own digest; nothing was done")
        }
        return contract
    }
}
