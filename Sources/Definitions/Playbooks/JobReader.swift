// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads one playbook's document; each part has a file of its own, and all report into one list.
struct JobReader {
    /// The version of the format this reader knows.
    private static let version = "1"
    private static let keys = [
        "firstline", "title", "help", "work", "aliases", "active", "concurrent", "target", "parallel", "batch",
        "between",
        "stopAfter", "parameters", "messages", "outputs", "tasks",
    ]

    let scripts: ScriptFiles
    var problems = Problems()

    init(scripts: ScriptFiles) { self.scripts = scripts }

    /// Reads the whole document; nil when it is not even a map.
    mutating func job(_ document: Field, id: JobID) -> Job? {
        guard !document.isEmpty else {
            document.report("the playbook is empty; it begins with 'firstline: 1'", &problems)
            return nil
        }
        if case .list = document.setting.content {
            document.report(
                "a playbook is a map that begins with 'firstline: 1', not a list as in Ansible: one job a file, its hosts are "
                    + "chosen at launch with --on", &problems)
            return nil
        }
        guard
            let record = Record(
                document, "a playbook", keys: Self.keys, hint: ForeignWords.hint(forPlaybook:), &problems)
        else { return nil }
        checkVersion(record, Self.version, "playbook", &problems)
        var job = Job(
            id: id, title: record.required("title", &problems)?.localized(&problems) ?? Localized(id.rawValue))
        job.place = document.place
        job.texts = WrittenTexts(document).all
        readHead(record, into: &job)
        readPace(record, into: &job.pace)
        if let field = record["parameters"] { job.parameters = parameters(field) }
        if let field = record["outputs"] { job.outputs = outputs(field) }
        if let field = record.required("tasks", &problems) { job.tasks = tasks(field) }
        return job
    }

    private mutating func readHead(_ record: Record, into job: inout Job) {
        if let help = record["help"]?.localized(&problems) { job.help = help }
        if let work = record["work"] { job.work = workUnit(work) }
        if let aliases = record["aliases"] { job.aliases = aliases.texts(&problems) }
        if let active = record["active"]?.flag(&problems) { job.isActive = active }
        if let concurrent = record["concurrent"]?.flag(&problems) { job.allowsConcurrentRuns = concurrent }
        if let target = record["target"] { readTarget(target, into: &job) }
        for (id, text) in record["messages"]?.entries(&problems) ?? [] { job.messages[id] = text.localized(&problems) }
    }

    /// Reads `nginx`, or `{software: nginx, hosts: true}`.
    private mutating func readTarget(_ field: Field, into job: inout Job) {
        guard case .map = field.setting.content else {
            job.software = field.text(&problems)?.lowercased()
            return
        }
        guard let record = Record(field, "target", keys: ["software", "hosts"], &problems) else { return }
        job.software = record.required("software", &problems)?.text(&problems)?.lowercased()
        job.worksOnHosts = record["hosts"]?.flag(&problems) ?? false
    }

    private mutating func workUnit(_ field: Field) -> WorkUnit? {
        let keys = ["category", "software", "unit", "detail"]
        guard let record = Record(field, "work", keys: keys, &problems) else { return nil }
        let texts = keys.map { record.required($0, &problems)?.text(&problems) ?? "" }
        return WorkUnit(category: texts[0], software: texts[1], unit: texts[2], detail: texts[3])
    }

    private mutating func outputs(_ field: Field) -> [Setting.Entry] {
        let entries = field.setting.entries
        for (name, value) in field.entries(&problems) ?? [] {
            checkName(name, of: value)
            _ = value.text(&problems)
        }
        return entries
    }

    /// Reports a name that could not be used in `${…}`.
    mutating func checkName(_ name: String, of field: Field) {
        guard !NameRules.isPlain(name) else { return }
        field.reportName("the name '\(name)' \(NameRules.plainRule)", &problems)
    }
}

/// Reports a document that is not of the version we read.
func checkVersion(_ record: Record, _ version: String, _ what: String, _ problems: inout Problems) {
    guard let field = record.required("firstline", &problems), let text = field.text(&problems), text != version else {
        return
    }
    field.report("this \(what) is of version '\(text)'; this program reads version \(version)", &problems)
}
