// SPDX-License-Identifier: Apache-2.0

import Model

/// The targets of a job among those that were selected: the instances of its software, and hosts where it works on hosts.
///
/// What was selected and is no target of the job is refused where the selection calls it by its name, and left out with a warning
/// where it only has something in common with others.
struct JobTargets {
    /// So many are named in a message; the rest are counted.
    private static let mostNames = 10

    private(set) var targets: [Target] = []
    /// What is worth knowing of what is left out.
    var warnings: Problems { problems }
    private let job: Job
    private let selection: Selection
    private let inventory: Inventory
    private var problems = Problems()
    private var unfit: [Target] = []
    private var seen: Set<Target> = []

    /// Finds the targets.
    ///
    /// - Throws: `Problems` when something was selected that is not there, or that the job cannot work on, or when nothing is left.
    init(of job: Job, among selection: Selection, in inventory: Inventory) throws(Problems) {
        self.job = job
        self.selection = selection
        self.inventory = inventory
        guard !selection.isMissing else { return }
        for target in selection.targets { take(target) }
        refuseExcludedInstance()
        judgeUnfit()
        if targets.isEmpty, !problems.hasErrors { problems.add("the run has no target", path: Problem.targets) }
        try problems.throwIfErrors()
    }

    private mutating func take(_ target: Target) {
        guard let host = inventory[target.host] else {
            return problems.add("there is no host '\(target.host)' in the inventory", path: Problem.targets)
        }
        guard let name = target.instance else { return take(host) }
        guard let instance = host.instances.first(where: { $0.name == name }) else {
            return problems.add("host '\(host.name)' has no instance '\(name)'", path: Problem.targets)
        }
        if job.software == nil || instance.software == job.software { add(target) } else { unfit.append(target) }
    }

    private mutating func take(_ host: Host) {
        guard let software = job.software else { return add(Target(host: host.name)) }
        let instances = host.instances.filter { $0.software == software }
        for instance in instances { add(Target(host: host.name, instance: instance.name)) }
        guard instances.isEmpty else { return }
        if job.worksOnHosts { add(Target(host: host.name)) } else { unfit.append(Target(host: host.name)) }
    }

    private mutating func add(_ target: Target) {
        guard !selection.excluded.contains(target), seen.insert(target).inserted else { return }
        targets.append(target)
    }

    private mutating func refuseExcludedInstance() {
        guard job.software == nil, let instance = selection.excluded.sorted().first else { return }
        problems.add(
            "\(instance) is an instance, and \(job.id) works on hosts: take away \(instance.host), or nothing of it",
            path: "--except")
    }
}

// What was selected and is no target of the job.
extension JobTargets {
    private mutating func judgeUnfit() {
        guard let software = job.software, !unfit.isEmpty else { return }
        let named = unfit.filter(selection.named.contains)
        if !named.isEmpty { return problems.add(refusal(of: named, software), path: Problem.targets) }
        if targets.isEmpty { return problems.add(absence(of: software), path: Problem.targets) }
        // Of a host with an instance of the software, its other instances are not worth a word.
        let hosts = Set(targets.map(\.host))
        let leftOut = unfit.filter { !hosts.contains($0.host) }
        guard !leftOut.isEmpty else { return }
        problems.warn(
            "\(job.id) works on instances of \(software); \(leftOut.count) without one "
                + "\(leftOut.count == 1 ? "is" : "are") left out: \(names(leftOut))", path: Problem.targets)
    }

    private func refusal(of targets: [Target], _ software: String) -> String {
        "\(job.id) works on instances of \(software), and none is recorded at \(names(targets)): leave "
            + "\(targets.count == 1 ? "it" : "them") out, \(ways(software))"
    }

    private func absence(of software: String) -> String {
        let known = Set(inventory.hosts.flatMap(\.instances).map(\.software))
        guard known.contains(software) else {
            return "\(job.id) works on instances of \(software), and the inventory has none"
                + didYouMean(software, among: known.sorted(), orElse: ": \(ways(software))")
        }
        return "\(job.id) works on instances of \(software), and none is recorded at \(names(unfit)): "
            + "select hosts that have one (software=\(software)), \(ways(software))"
    }

    /// How a host becomes a target.
    private func ways(_ software: String) -> String {
        "record the instance at its host in the inventory (instances), or write "
            + "'target: {software: \(software), hosts: true}' in the job where it works on hosts too"
    }

    private func names(_ targets: [Target]) -> String {
        let names = targets.prefix(JobTargets.mostNames).map(\.description).joined(separator: ", ")
        let more = targets.count - JobTargets.mostNames
        return more > 0 ? "\(names) and \(more) more" : names
    }
}
