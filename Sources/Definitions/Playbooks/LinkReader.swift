// SPDX-License-Identifier: Apache-2.0

import Model

extension JobReader {
    /// Reads `stop`, `[a, b]` or `{stop: ok, probe: error}`; an empty list means: at once.
    mutating func links(_ field: Field) -> [Link] {
        if case .map(let entries) = field.setting.content {
            return (field.entries(&problems) ?? []).enumerated().compactMap { index, entry in
                let condition = entry.field.choice(LinkCondition.self, &problems)
                return condition.map { Link(TaskName(entry.key), $0, at: entries[index].place) }
            }
        }
        return (field.items(&problems) ?? []).compactMap { item in
            item.text(&problems).map { Link(TaskName($0), at: item.place) }
        }
    }

    /// Reports links that lead nowhere, links to oneself, repeated links, and tasks that wait for each other.
    mutating func checkLinks(of tasks: [JobTask], _ field: Field) {
        let names = tasks.map(\.name.rawValue)
        let positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var predecessors: [[Int]] = []
        for (position, task) in tasks.enumerated() {
            guard let links = task.after else {
                predecessors.append(position > 0 ? [position - 1] : [])
                continue
            }
            let path = "\(field.path)/\(task.name)/after"
            checkRepeated(links, path)
            predecessors.append(links.compactMap { target(of: $0, from: task, positions, names, path) })
        }
        for cycle in cycles(in: predecessors) { report(cycle, of: tasks, field) }
    }

    private mutating func checkRepeated(_ links: [Link], _ path: String) {
        var seen: Set<TaskName> = []
        for link in links where !seen.insert(link.task).inserted {
            problems.add("names the task '\(link.task)' twice", at: link.place, path: path)
        }
    }

    private mutating func target(
        of link: Link, from task: JobTask, _ positions: [String: Int], _ names: [String], _ path: String
    ) -> Int? {
        guard link.task != task.name else {
            problems.add("a task cannot follow itself", at: link.place, path: path)
            return nil
        }
        if let position = positions[link.task.rawValue] { return position }
        let help = didYouMean(link.task.rawValue, among: names)
        problems.add("there is no task '\(link.task)' in this job\(help)", at: link.place, path: path)
        return nil
    }

    private mutating func report(_ cycle: [Int], of tasks: [JobTask], _ field: Field) {
        guard let first = cycle.first else { return }
        let chain = (cycle + [first]).map { tasks[$0].name.rawValue }.joined(separator: " → ")
        let path = "\(field.path)/\(tasks[first].name)/after"
        problems.add("these tasks wait for each other: \(chain)", at: tasks[first].place, path: path)
    }
}
