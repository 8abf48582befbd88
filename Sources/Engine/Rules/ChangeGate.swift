// SPDX-License-Identifier: Apache-2.0

package import Model
import Planning
package import Scheduling

/// The one gate that every run passes, whoever asks for it: maintenance windows and freezes.
package struct ChangeGate: Sendable {
    private let windows: [ChangeWindow]

    package init(_ windows: [ChangeWindow]) { self.windows = windows }

    /// What stands against a plan's changes, if they begin at an instant.
    package func objections(to plan: Plan, at instant: Instant) -> [Objection] {
        guard !windows.isEmpty, plan.changesAnything else { return [] }
        let hosts = Inventory(hosts: plan.hosts)
        let changed = Set(plan.lanes.map(\.host))
        return objections(at: instant) { !$0.hosts(among: hosts).isDisjoint(with: changed) }
    }

    /// What stands against changes at an instant, as far as the windows that are about their targets say.
    package func objections(at instant: Instant, where isAbout: (WindowDefinition) -> Bool) -> [Objection] {
        windows.filter { isAbout($0.definition) }.compactMap { $0.objection(at: instant) }
    }
}

extension WindowDefinition {
    /// The hosts of an inventory that it is about; all of them where its selection cannot be read.
    package func hosts(among inventory: Inventory) -> Set<HostName> {
        Selection.hosts(on: on ?? "all", except: except, among: inventory) ?? Set(inventory.hosts.map(\.name))
    }
}
