// SPDX-License-Identifier: Apache-2.0

import Model

/// A job as text for the stored cases: what differs from the defaults, one thing a line.
struct JobText: CustomStringConvertible {
    let job: Job

    var description: String {
        var lines = ["job \(job.id): \(text(job.title))"]
        if !job.help.english.isEmpty { lines.append("  help \(text(job.help))") }
        if let work = job.work {
            lines.append("  work \(work.category) > \(work.software) > \(work.unit) > \(work.detail)")
        }
        if !job.aliases.isEmpty { lines.append("  aliases \(job.aliases.joined(separator: ", "))") }
        if !job.isActive { lines.append("  inactive") }
        if job.allowsConcurrentRuns { lines.append("  concurrent") }
        if let software = job.software { lines.append("  target \(software)\(job.worksOnHosts ? " and hosts" : "")") }
        lines += pace(job.pace).map { "  " + $0 }
        lines += job.parameters.map { "  parameter " + parameter($0) }
        lines += job.messages.sorted { $0.key < $1.key }.map { "  message \($0.key): \(text($0.value))" }
        lines += job.outputs.map { "  output \($0.key): \(written($0.value))" }
        lines += job.tasks.flatMap { task($0) }.map { "  " + $0 }
        return lines.joined(separator: "\n")
    }

    private func text(_ localized: Localized) -> String {
        let texts = Language.allCases.compactMap { language in
            localized.texts[language].map { "\(language.rawValue)=\($0)" }
        }
        return texts.count == 1 ? localized.english : texts.joined(separator: " | ")
    }

    private func pace(_ pace: Pace) -> [String] {
        var lines: [String] = []
        if let parallel = pace.parallel { lines.append("parallel \(parallel)") }
        if let batch = pace.batch { lines.append("batch \(batch)") }
        switch pace.between {
        case .pause(let duration): lines.append("between \(duration.written)")
        case .job(let job): lines.append("between job \(job)")
        case nil: break
        }
        if let stopAfter = pace.stopAfter { lines.append("stopAfter \(stopAfter)") }
        return lines
    }

    private func parameter(_ parameter: Parameter) -> String {
        var words = ["\(parameter.name): \(parameter.kind.rawValue)"]
        if let value = parameter.defaultValue { words.append("= \(value)") }
        if parameter.isOptional { words.append("optional") }
        if !parameter.choices.isEmpty { words.append("choices \(parameter.choices)") }
        if let pattern = parameter.pattern { words.append("pattern \(pattern)") }
        if let least = parameter.minimum { words.append("min \(least.text)") }
        if let most = parameter.maximum { words.append("max \(most.text)") }
        if parameter.isFromInventory { words.append("from inventory") }
        if !parameter.help.english.isEmpty { words.append("help \(text(parameter.help))") }
        return words.joined(separator: " ")
    }

    private func task(_ task: JobTask) -> [String] {
        var lines = ["task \(task.name): \(task.type) at \(task.place?.line ?? 0):\(task.place?.column ?? 0)"]
        if let title = task.title { lines.append("  title \(text(title))") }
        if !task.settings.entries.isEmpty { lines.append("  with \(written(task.settings))") }
        if let placement = task.placement { lines.append("  on \(placement)") }
        if let links = task.after {
            lines.append("  after [\(links.map { "\($0.task) \($0.condition.rawValue)" }.joined(separator: ", "))]")
        }
        if task.join != .all { lines.append("  join \(task.join.rawValue)") }
        if task.requirement != .all { lines.append("  require \(task.requirement)") }
        if let effect = task.effect { lines.append("  effect \(effect.rawValue)") }
        if let account = task.account { lines.append("  account \(written(account))") }
        if let become = task.become { lines.append("  become \(become.rawValue)") }
        if let limit = task.timeLimit { lines.append("  timeLimit \(written(limit))") }
        if task.onTimeLimit != .kill { lines.append("  onTimeLimit \(task.onTimeLimit.rawValue)") }
        if let times = task.retryTimes {
            lines.append("  retry \(written(times)) \(task.retryDelay.map(written) ?? "")")
        }
        if task.reflectsError == false { lines.append("  errorReflection false") }
        return lines + pace(task.pace).map { "  " + $0 }
    }
}

/// A setting on one line: quoted texts in quotes, plain ones without.
func written(_ setting: Setting) -> String {
    switch setting.content {
    case .empty: "~"
    case .scalar(let text, quoted: true): "\"\(text.replacing("\n", with: "\\n"))\""
    case .scalar(let text, quoted: false): text
    case .list(let items): "[" + items.map(written).joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\($0.key): \(written($0.value))" }.joined(separator: ", ") + "}"
    }
}
