// SPDX-License-Identifier: Apache-2.0

/// Where a job stands in the operator's catalogue.
public struct WorkUnit: Hashable, Codable, Sendable {
    /// The first level: OS, DB, MW.
    public var category: String
    /// The second level: the software.
    public var software: String
    /// The third level: the work unit (업무단위).
    public var unit: String
    /// The fourth level: the work detail (업무상세).
    public var detail: String
    /// Makes a place in the catalogue.
    public init(category: String, software: String, unit: String, detail: String) {
        self.category = category
        self.software = software
        self.unit = unit
        self.detail = detail
    }
}

/// How many lanes work at once, and in what portions.
public struct Pace: Hashable, Codable, Sendable {
    /// A number of lanes, or a share of them.
    public enum Amount: Hashable, Codable, Sendable, CustomStringConvertible {
        case count(Int)
        case percent(Double)

        /// The number of lanes out of a total; a share is rounded up and is at least one.
        public func lanes(of total: Int) -> Int {
            switch self {
            case .count(let count): count
            case .percent(let share): max(1, Int((Double(total) * share / 100).rounded(.up)))
            }
        }

        /// Whether it is an amount that could have been written: a number from 1, or a share up to all.
        package var isSensible: Bool {
            switch self {
            case .count(let count): count > 0
            case .percent(let share): share > 0 && share <= 100
            }
        }

        /// Reads `3` or `25%`.
        public init?(_ text: String) {
            if text.hasSuffix("%"), let share = Double(text.dropLast()), share > 0, share <= 100 {
                self = .percent(share)
            } else if let count = Int(text), count > 0 {
                self = .count(count)
            } else {
                return nil
            }
        }

        /// `3` or `25%`.
        public var description: String {
            switch self {
            case .count(let count): String(count)
            case .percent(let share): Value.number(share).text + "%"
            }
        }
    }

    /// What happens between two batches.
    public enum Between: Hashable, Codable, Sendable {
        case pause(Duration)
        case job(JobID)
    }

    /// Lanes at once; nil = the default for the plan.
    public var parallel: Int?
    /// How many targets go through the whole job together; nil = all.
    public var batch: Amount?
    /// What happens between two batches.
    public var between: Between?
    /// After how many failed lanes no further lane starts; nil = never.
    public var stopAfter: Amount?
    /// Makes a pace without limits of its own.
    public init(parallel: Int? = nil, batch: Amount? = nil, between: Between? = nil, stopAfter: Amount? = nil) {
        self.parallel = parallel
        self.batch = batch
        self.between = between
        self.stopAfter = stopAfter
    }
}

extension Pace.Amount {
    private enum Key: String, CodingKey { case count, percent }

    /// Writes `{"count": 3}` or `{"percent": 25}`.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .count(let count): try encoder.write(Key.count, count)
        case .percent(let share): try encoder.write(Key.percent, share)
        }
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: Key.self)
        switch try keyed.onlyCase() {
        case .count: self = .count(try keyed.value(of: .count))
        case .percent: self = .percent(try keyed.value(of: .percent))
        }
    }
}

extension Pace.Between {
    private enum Key: String, CodingKey { case pause, job }

    /// Writes `{"pause": "30s"}` or `{"job": "mw.check"}`.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .pause(let duration): try encoder.write(Key.pause, WrittenDuration(wrappedValue: duration))
        case .job(let job): try encoder.write(Key.job, job)
        }
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: Key.self)
        switch try keyed.onlyCase() {
        case .pause: self = .pause(try keyed.value(WrittenDuration.self, of: .pause).wrappedValue)
        case .job: self = .job(try keyed.value(of: .job))
        }
    }
}

/// A flow of tasks joined by links, with parameters.
public struct Job: Hashable, Sendable {
    /// Its id.
    public var id: JobID
    /// What people call it.
    public var title: Localized
    /// What it does, in a sentence.
    public var help: Localized
    /// Where it stands in the catalogue; nil = a building block that operators do not see.
    public var work: WorkUnit?
    /// Names it is also found by.
    public var aliases: [String] = []
    /// Whether it may be run or called.
    public var isActive = true
    /// Whether two runs of it may exist at once.
    public var allowsConcurrentRuns = false
    /// The software whose instances it works on; nil = hosts.
    public var software: String?
    /// Whether it works on a host, too, that records no instance of that software.
    public var worksOnHosts = false
    /// How many lanes at once, in what portions.
    public var pace = Pace()
    /// What it asks for.
    public var parameters: [Parameter] = []
    /// Texts for summaries and findings.
    public var messages: [String: Localized] = [:]
    /// What a caller may use, each a field with `${…}`.
    public var outputs: [Setting.Entry] = []
    /// Its tasks, in order.
    public var tasks: [JobTask] = []
    /// Every text for people that is written in it, with its place.
    public var texts: [WrittenText] = []
    /// Where it is written.
    public var place: Place?

    /// Makes a job with everything else at its default.
    public init(id: JobID, title: Localized, help: Localized = "") {
        self.id = id
        self.title = title
        self.help = help
    }
}

/// When a follower goes on after the task before it.
public enum LinkCondition: String, Codable, Sendable, CaseIterable {
    case ok, error, all
}

/// A link to a task that comes before.
public struct Link: Hashable, Codable, Sendable {
    /// The task before.
    public var task: TaskName
    /// When to follow it.
    public var condition: LinkCondition
    /// Where it is written.
    public var place: Place?
    /// Makes a link.
    public init(_ task: TaskName, _ condition: LinkCondition = .ok, at place: Place? = nil) {
        self.task = task
        self.condition = condition
        self.place = place
    }
}

/// How several links into one task are judged together.
public enum Join: String, Codable, Sendable, CaseIterable {
    case all, any
}

/// How many lanes must be OK for a link that waits for all of them.
public enum Requirement: Hashable, Codable, Sendable {
    case all
    case any
    case percent(Double)

    /// How many of a number of lanes must be OK.
    public func count(of lanes: Int) -> Int {
        switch self {
        case .all: lanes
        case .any: min(1, lanes)
        case .percent(let share): Int((Double(lanes) * share / 100).rounded(.up))
        }
    }
}

extension Requirement {
    private enum Key: String, CodingKey { case all, any, percent }

    /// Writes `{"all": {}}`, `{"any": {}}` or `{"percent": 80}`.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .all: encoder.write(Key.all)
        case .any: encoder.write(Key.any)
        case .percent(let share): try encoder.write(Key.percent, share)
        }
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: Key.self)
        switch try keyed.onlyCase() {
        case .all: self = .all
        case .any: self = .any
        case .percent: self = .percent(try keyed.value(of: .percent))
        }
    }
}

/// Where a task runs.
public enum Placement: Hashable, Codable, Sendable {
    /// On every target of the run, a lane each.
    case each
    /// Once, on the controller.
    case controller
    /// On the hosts a selector names, a lane each.
    case selector(String)
}

/// What a step does to its host.
public enum Effect: String, Codable, Sendable, CaseIterable {
    /// Reads only; may be repeated freely.
    case check
    /// Changes something; must be started at most once per attempt.
    case change
}

/// What happens when a task's time limit passes.
public enum LimitAction: String, Codable, Sendable, CaseIterable {
    /// End the whole remote process tree; the step fails.
    case kill
    /// Leave it running; the step is OK.
    case ok
    /// Leave it running; the step fails.
    case error
    /// Leave it running and go on.
    case bypass
}

/// One task of a job, as it was written.
public struct JobTask: Hashable, Sendable {
    /// Its name in the job.
    public var name: TaskName
    /// Its task type.
    public var type: TaskTypeName
    /// What people call it; nil = its name.
    public var title: Localized?
    /// The task type's own parameters.
    public var settings: Setting
    /// Where it runs; nil = the task type's default.
    public var placement: Placement?
    /// The links into it; nil = after the task before it, by OK.
    public var after: [Link]?
    /// How its links are judged together.
    public var join = Join.all
    /// How many lanes must be OK where a link waits for all.
    public var requirement = Requirement.all
    /// What it does; nil = the task type's default.
    public var effect: Effect?
    /// The account it runs as, with `${…}`.
    public var account: Setting?
    /// How it becomes that account; nil = the host's way.
    public var become: Become?
    /// Its time limit, with `${…}`; nil = ten minutes.
    public var timeLimit: Setting?
    /// What happens when the limit passes.
    public var onTimeLimit = LimitAction.kill
    /// Tries after the first, with `${…}`.
    public var retryTimes: Setting?
    /// The time between two tries, with `${…}`.
    public var retryDelay: Setting?
    /// Whether its failure is the job's failure; nil = it is, and nobody said so.
    public var reflectsError: Bool?
    /// The pace of the job it calls.
    public var pace = Pace()
    /// Where it is written.
    public var place: Place?

    /// Makes a task with everything else at its default.
    public init(name: TaskName, type: TaskTypeName, settings: Setting = Setting(.map([])), place: Place? = nil) {
        self.name = name
        self.type = type
        self.settings = settings
        self.place = place
    }
}

/// All jobs that can be run, by id.
public struct JobLibrary: Sendable {
    private let jobs: [JobID: Job]
    /// Makes a library; of two jobs with one id the first counts (readers report the second).
    public init(_ jobs: [Job] = []) {
        self.jobs = Dictionary(jobs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
    /// The job of an id.
    public subscript(id: JobID) -> Job? { jobs[id] }
    /// All jobs, by id.
    public var all: [Job] { jobs.values.sorted { $0.id < $1.id } }
}
