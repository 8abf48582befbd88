// SPDX-License-Identifier: Apache-2.0

package import Model

/// What files of calendars and schedules hold.
package struct ScheduleFiles: Sendable {
    /// The calendars.
    package var calendars: [CalendarDefinition] = []
    /// The schedules.
    package var schedules: [ScheduleDefinition] = []
    /// The maintenance windows and freezes.
    package var windows: [WindowDefinition] = []
    /// The definitions that cannot be used as they are written; windows and freezes among them are in `windows`, too.
    package var faults: [DefinitionFault] = []
    /// Warnings for who writes the files; who only uses them need not see them.
    package var remarks = Problems()

    /// Holds nothing yet.
    package init() {}

    /// Adds what another file holds.
    package mutating func add(_ other: ScheduleFiles) {
        calendars += other.calendars
        schedules += other.schedules
        windows += other.windows
        faults += other.faults
        remarks.add(other.remarks)
    }
}

/// Reads files of calendars and schedules.
package struct ScheduleReader {
    private static let keys = ["firstline", "defaults", "calendars", "windows", "freezes", "schedules"]
    private static let defaultKeys = ["calendar", "zone", "system", "missed", "overlap", "watch"]
    private static let scheduleKeys =
        ["title", "job", "on", "except", "values", "rules", "exclusive", "enabled"] + defaultKeys

    /// The zone of a schedule that names none.
    private let usualZone: String
    private var problems = Problems()

    private init(usualZone: String) { self.usualZone = usualZone }

    /// Reads a file's bytes; other files that it names, such as lists of holidays, are looked for beside it.
    package static func read(_ bytes: [UInt8], file: String, usualZone: String) -> (ScheduleFiles, Problems) {
        let (document, syntax) = YAMLReader().read(bytes, file: file)
        var reader = ScheduleReader(usualZone: usualZone)
        reader.problems.add(syntax)
        var files = document.map { reader.file(Field($0), Paths.folder(of: file)) } ?? ScheduleFiles()
        if reader.problems.hasErrors {
            // What the file means as a whole is not known: everything that is wrong with it is told together.
            reader.problems.add(files.faults.problems)
            files.faults = []
        }
        if let document { files.remarks.add(writtenTexts(in: document).missingLanguages(in: "file")) }
        files.faults = files.faults.map { DefinitionFault($0.kind, $0.name, $0.problems.arranged(for: file)) }
        return (files, reader.problems.arranged(for: file))
    }

    /// Reads a file, or every file of a folder whose name ends in `.yaml` or `.yml`.
    package static func read(path: String, usualZone: String) -> (ScheduleFiles, Problems) {
        var (all, problems) = (ScheduleFiles(), Problems())
        do {
            var paths = [path]
            if Files.kind(of: path) == .folder {
                paths = try Files.names(in: path).filter { ["yaml", "yml"].contains(Paths.ending(of: $0)) }
                    .map { Paths.join(path, $0) }
            }
            for path in paths {
                let bytes = try Files.read(path, limit: SourceText.largestSize)
                let (files, found) = read(bytes, file: path, usualZone: usualZone)
                all.add(files)
                problems.add(found)
            }
        } catch {
            problems.add("\(path) \(error.message)")
        }
        return (all, problems)
    }

    /// A job's own schedule, as its task of type Schedule says: nil when it has none, when that says nothing, or is ad hoc.
    package static func schedule(of job: Job, usualZone: String) -> ScheduleDefinition? {
        guard let task = job.tasks.first(where: { $0.type == taskType }) else { return nil }
        var reader = ScheduleReader(usualZone: usualZone)
        return reader.schedule(of: task, job.id)
    }

    /// What is wrong with a task of type Schedule.
    static func problems(of task: JobTask) -> Problems {
        var reader = ScheduleReader(usualZone: "UTC")
        _ = reader.schedule(of: task, "")
        return reader.problems
    }

    /// The task type that gives a job its own schedule.
    static let taskType: TaskTypeName = "Schedule"

    private mutating func schedule(of task: JobTask, _ job: JobID) -> ScheduleDefinition? {
        let field = Field(task.settings, path: "tasks/\(task.name)/with", key: task.place)
        guard case .map(let entries) = task.settings.content, !entries.isEmpty else { return nil }
        let keys = Self.scheduleKeys.filter { !["job", "title", "enabled"].contains($0) } + ["adHoc", "called"]
        guard let record = Record(field, "Schedule", keys: keys, &problems) else { return nil }
        var schedule = ScheduleDefinition(
            ScheduleName(job.rawValue), job: job, zone: usualZone, rules: [], at: task.place)
        readDefaults(record, into: &schedule)
        readRest(record, into: &schedule)
        if let field = record["called"], let called = field.choice(Called.self, &problems) {
            schedule.isForCallers = called == .ownDays
            schedule.isEnabled = !schedule.isForCallers
        }
        let isAdHoc = record["adHoc"]?.flag(&problems) ?? false
        if isAdHoc || record["rules"] == nil { return nil }
        return schedule.rules.isEmpty ? nil : schedule
    }

    private mutating func file(_ field: Field, _ folder: String) -> ScheduleFiles {
        var files = ScheduleFiles()
        guard let record = Record(field, "a file of schedules", keys: Self.keys, &problems) else { return files }
        checkVersion(record, "1", "file of schedules", &problems)
        if let field = record["calendars"] {
            var reader = CalendarReader(folder: folder)
            files.calendars = reader.calendars(field)
            files.faults += reader.faults
            problems.add(reader.problems)
        }
        var usual = ScheduleDefinition("", job: "", zone: usualZone, rules: [])
        if let field = record["defaults"], let record = Record(field, "defaults", keys: Self.defaultKeys, &problems) {
            readDefaults(record, into: &usual)
        }
        var windows = WindowReader(usual: usual)
        if let field = record["windows"] { files.windows += windows.windows(field, .window) }
        if let field = record["freezes"] { files.windows += windows.windows(field, .freeze) }
        files.faults += windows.faults
        problems.add(windows.problems)
        for (name, field) in record["schedules"]?.entries(&problems) ?? [] {
            let others = problems
            problems = Problems()
            let schedule = schedule(name, field, usual)
            // What is wrong with one schedule is no problem of the file: the others are used.
            files.faults.add(.schedule, name, problems)
            if let schedule, !problems.hasErrors { files.schedules.append(schedule) }
            problems = others.with(warningsOf: problems)
        }
        return files
    }

    private mutating func schedule(_ name: String, _ field: Field, _ usual: ScheduleDefinition) -> ScheduleDefinition? {
        guard NameRules.isPlain(name) else {
            field.reportName(NameRules.plainRule, &problems)
            return nil
        }
        guard let record = Record(field, "a schedule", keys: Self.scheduleKeys, &problems) else { return nil }
        var schedule = usual
        schedule.name = ScheduleName(name)
        schedule.place = field.keyPlace
        readDefaults(record, into: &schedule)
        schedule.title = record["title"]?.localized(&problems)
        if let job = record.required("job", &problems)?.text(&problems) { schedule.job = JobID(job) }
        _ = record.required("rules", &problems)
        readRest(record, into: &schedule)
        schedule.isEnabled = record["enabled"]?.flag(&problems) ?? true
        return schedule
    }

    private mutating func readRest(_ record: Record, into schedule: inout ScheduleDefinition) {
        schedule.on = record["on"]?.text(&problems)
        schedule.except = record["except"]?.text(&problems)
        for (name, value) in record["values"]?.entries(&problems) ?? [] { schedule.values[name] = value.setting }
        if let field = record["rules"] {
            var reader = RuleReader()
            schedule.rules = reader.rules(field)
            problems.add(reader.problems)
        }
        if !schedule.rules.isEmpty, schedule.rules.allSatisfy({ $0.isPattern && !$0.asksCalendar }) {
            record["calendar"]?.warn(
                "no rule asks the calendar which days are open; with 'closed: skip' a rule starts on open days only",
                &problems)
        }
        schedule.exclusive = record["exclusive"]?.texts(&problems).map { ScheduleName($0) } ?? []
    }

    private mutating func readDefaults(_ record: Record, into schedule: inout ScheduleDefinition) {
        if let name = record["calendar"]?.text(&problems) { schedule.calendar = CalendarName(name) }
        if let zone = record["zone"]?.text(&problems) { schedule.zone = zone }
        if let field = record["system"], let system = field.choice(System.self, &problems) {
            schedule.is48Hours = system == .hours48
        }
        if let field = record["missed"], let missed = missed(field) { schedule.missed = missed }
        if let field = record["overlap"], let overlap = field.choice(ScheduleDefinition.Overlap.self, &problems) {
            schedule.overlap = overlap
        }
        if let field = record["watch"] { schedule.watch = watch(field) }
    }

    private mutating func watch(_ field: Field) -> TimeWatch {
        var watch = TimeWatch()
        guard let record = Record(field, "watch", keys: ["start", "end", "takes"], &problems) else { return watch }
        watch.start = record["start"].flatMap { alarm($0) { $0.limit($1) } }
        watch.end = record["end"].flatMap { alarm($0) { $0.limit($1) } }
        watch.takes = record["takes"].flatMap { alarm($0) { $0.length($1) } }
        return watch
    }

    private mutating func alarm<Value>(
        _ field: Field, _ read: (inout ScheduleReader, Field) -> Value?
    ) -> TimeWatch.Alarm<Value>? {
        guard case .map = field.setting.content else { return read(&self, field).map { TimeWatch.Alarm($0) } }
        guard let record = Record(field, "an alarm", keys: ["limit", "level"], &problems),
            let limit = record.required("limit", &problems), let value = read(&self, limit)
        else { return nil }
        let level = record["level"]?.choice(AlarmLevel.self, &problems)
        return TimeWatch.Alarm(value, level: level?.level ?? .warning)
    }

    private enum AlarmLevel: String, CaseIterable {
        case info, warning, error

        var level: Level {
            switch self {
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        }
    }

    private mutating func limit(_ field: Field) -> TimeWatch.Limit? {
        guard let text = field.text(&problems) else { return nil }
        if let minutes = clockMinutes(text) { return .clock(minutes) }
        if let duration = Duration(written: text), duration > .zero { return .after(duration) }
        field.report(
            "must be a time of the business day from \"0:00\" to \"99:59\", in quotes, or a duration after the planned start "
                + "such as 10m, not '\(text)'", &problems)
        return nil
    }

    private mutating func length(_ field: Field) -> TimeWatch.Length? {
        guard let text = field.text(&problems) else { return nil }
        if text.hasSuffix("%"), let percent = Int(text.dropLast()), (101...10_000).contains(percent) {
            return .usual(percent: percent)
        }
        if let duration = Duration(written: text), duration > .zero { return .fixed(duration) }
        field.report(
            "must be a duration such as 45m, or a share of what is usual above 100 % such as 150%, not '\(text)'",
            &problems)
        return nil
    }

    private enum Called: String, CaseIterable {
        case always
        case ownDays = "own-days"
    }

    private enum System: String, CaseIterable {
        case hours24 = "24h"
        case hours48 = "48h"
    }

    private enum MissedWord: String, CaseIterable {
        case skip
        case runOnce = "run-once"
        case runAll = "run-all"
    }

    private mutating func missed(_ field: Field) -> ScheduleDefinition.Missed? {
        guard case .map = field.setting.content else {
            return field.choice(MissedWord.self, &problems).map { missed($0, nil, nil) }
        }
        guard let record = Record(field, "missed", keys: ["policy", "window", "limit"], &problems),
            let word = record.required("policy", &problems)?.choice(MissedWord.self, &problems)
        else { return nil }
        if word != .runOnce { record["window"]?.reportName("goes with run-once", &problems) }
        if word != .runAll { record["limit"]?.reportName("goes with run-all", &problems) }
        return missed(word, record["window"]?.duration(&problems), record["limit"]?.integer(1...1000, &problems))
    }

    private func missed(_ word: MissedWord, _ window: Duration?, _ limit: Int?) -> ScheduleDefinition.Missed {
        switch word {
        case .skip: .skip
        case .runOnce: window.map { .runOnce(window: $0) } ?? .usual
        case .runAll: .runAll(limit: limit ?? 24)
        }
    }
}
