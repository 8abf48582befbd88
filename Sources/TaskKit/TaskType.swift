// SPDX-License-Identifier: Apache-2.0

public import Model

/// One kind of work: what a task in a playbook names with `type`.
///
/// The life of a task type's value:
/// 1. It is made once, when the product starts, and put into a `TaskTypeRegistry`.
/// 2. While planning, `decode` is called for every task that names it; it is pure, and every error it throws is shown with
///    file, line and path before any host is touched.
/// 3. `preview` and `call` are asked of the decoded parameters, to show the plan and to expand called jobs.
/// 4. When a step's turn has come, `decode` is called again with all values in place, and `run` does the work, once per lane
///    and try. It returns what should happen next; only the engine acts.
public protocol TaskType: Sendable {
    /// What a task wrote, decoded.
    associatedtype Parameters: Sendable

    /// The name tasks use.
    var name: TaskTypeName { get }
    /// What it does, in a sentence.
    var summary: Localized { get }
    /// What it asks for.
    var parameters: [ParameterSpec] { get }
    /// What it always hands over, beside what a task declares itself.
    var outputs: [OutputSpec] { get }
    /// Where it runs unless the task says otherwise.
    var defaultPlacement: Placement { get }
    /// Whether it needs a target to work on; one that does not runs once where a run has no targets, unless the task says otherwise.
    var needsTarget: Bool { get }
    /// What it does to its host unless the task says otherwise.
    var defaultEffect: Effect { get }
    /// Whether a try of it can be run again to take up what it had begun, after the controller was started anew.
    ///
    /// That is so when everything it does goes through the sessions it is given, with the same commands in the same order for
    /// the same values. A `change` of any other type is `unknown` then.
    var isResumable: Bool { get }
    /// Whether it chooses between OK and ERROR links, so that ERROR is not a failure somebody handles.
    var branches: Bool { get }
    /// A commented example: manual, form help and test in one.
    var example: String { get }

    /// Reads what a task wrote. Pure: called while planning and again before each run.
    func decode(_ values: ParameterValues) throws(ParameterError) -> Parameters

    /// The outputs a task declares by its own parameters.
    func declaredOutputs(_ parameters: Parameters) -> [OutputSpec]

    /// What a task does to its host unless it says so itself, by what it asks for. Pure.
    func effect(_ parameters: Parameters) -> Effect

    /// What its sources show of what it would report. Pure; asked only when a job is validated or planned.
    func review(_ parameters: Parameters) -> TaskReview

    /// What would be done, for the plan. Pure.
    func preview(_ parameters: Parameters) -> [PlannedAction]

    /// The job this task calls; the plan shows it in place, or checks the call where it is in the background. Pure.
    func call(_ parameters: Parameters) -> JobCall?

    /// Does the work and returns what should happen next.
    ///
    /// - Throws: `TaskFailure` when the work could not be done or judged.
    func run(_ parameters: Parameters, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome
}

extension TaskType {
    /// Nothing.
    public var outputs: [OutputSpec] { [] }
    /// Once, on the controller.
    public var defaultPlacement: Placement { .controller }
    /// It does where it runs on each target.
    public var needsTarget: Bool { defaultPlacement == .each }
    /// Reads only.
    public var defaultEffect: Effect { .check }
    /// It cannot.
    public var isResumable: Bool { false }
    /// It does not.
    public var branches: Bool { false }
    /// Nothing.
    public func declaredOutputs(_ parameters: Parameters) -> [OutputSpec] { [] }
    /// The task type's own.
    public func effect(_ parameters: Parameters) -> Effect { defaultEffect }
    /// It reports nothing but the findings of its thresholds.
    public func review(_ parameters: Parameters) -> TaskReview { TaskReview() }
    /// Nothing to show.
    public func preview(_ parameters: Parameters) -> [PlannedAction] { [] }
    /// Calls no job.
    public func call(_ parameters: Parameters) -> JobCall? { nil }
}

/// One parameter of a task type.
public struct ParameterSpec: Sendable {
    /// What may be written.
    public enum Shape: Hashable, Sendable {
        /// A single value of a kind; `${…}` may stand in it.
        case value(ValueKind)
        /// A list of single values, or one.
        case values
        /// A map of names to single values.
        case map
        /// Anything; the task type reads it itself.
        case any
        /// Text that is never filled in: `${…}` in it belongs to somebody else.
        case verbatim
        /// An expression such as `steps.check.state == 'failed'`. It is never filled in, so that no value is ever read as an
        /// expression; the task type evaluates it with `TaskContext.lookup`. Planning checks the names it uses.
        case expression
    }

    /// What becomes of a secret.
    public enum SecretUse: Hashable, Sendable {
        /// Planning refuses it.
        case refused
        /// It comes to `run` as its text; the task type neither shows nor keeps it, and makes no word of a command line of it.
        case revealed
        /// The place where it is read comes to `run`, such as `env:NAME`, for somebody else to read.
        case passedOn
    }

    /// Its name under `with`.
    public let name: String
    /// What may be written.
    public let shape: Shape
    /// What it is for.
    public let help: Localized
    /// Whether it must be written.
    public let isRequired: Bool
    /// The allowed values of a choice.
    public let choices: [String]
    /// What becomes of a secret that a `${…}` in it names.
    public let secrets: SecretUse

    /// Makes a parameter.
    public init(
        _ name: String, _ shape: Shape, required: Bool = false, choices: [String] = [],
        secrets: SecretUse = .refused, _ help: Localized
    ) {
        self.secrets = secrets
        self.name = name
        self.shape = shape
        self.help = help
        self.isRequired = required
        self.choices = choices
    }
}

/// One output of a task.
public struct OutputSpec: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The kind of its value.
    public let kind: ValueKind
    /// What it is.
    public let help: Localized
    /// Makes an output.
    public init(_ name: String, _ kind: ValueKind, _ help: Localized = "") {
        self.name = name
        self.kind = kind
        self.help = help
    }
}

/// A variable in the environment of what a step starts, for the plan.
public struct PlannedVariable: Hashable, Codable, Sendable {
    /// Its name.
    public let name: String
    /// The value that it is given; nil = it has the value that it has where the program starts.
    public let value: String?
    /// Makes a variable.
    public init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }
    /// `NAME=value`, quoted as in a shell.
    package var text: String { value.map { "\(name)=\(quotedForReading($0))" } ?? name }
}

/// One thing a step would do, for the plan: what an operator checks before saying yes.
public struct PlannedAction: Hashable, Codable, Sendable {
    /// The command or request, as it would be sent.
    public var text: String
    /// SHA-256 of a script's bytes, as hex; filled in by the planner.
    public var scriptBytes: [UInt8]?
    /// The environment variables that are set, in order.
    public var environment: [PlannedVariable]
    /// Makes an action.
    public init(_ text: String, scriptBytes: [UInt8]? = nil, environment: [PlannedVariable] = []) {
        self.text = text
        self.scriptBytes = scriptBytes
        self.environment = environment
    }
}

/// A call of another job.
public struct JobCall: Hashable, Sendable {
    /// The job.
    public var job: JobID
    /// The values given to it, perhaps with `${…}`.
    public var values: [String: Setting]
    /// How it must end for the call to be OK.
    public var expects: LinkCondition
    /// Whether it may run while another run of it exists.
    public var allowsConcurrentRuns: Bool
    /// Whether it becomes a run of its own that nobody waits for; otherwise the plan shows it in place.
    public var isInBackground = false
    /// Makes a call.
    public init(
        job: JobID, values: [String: Setting] = [:], expects: LinkCondition = .ok, allowsConcurrentRuns: Bool = true
    ) {
        self.job = job
        self.values = values
        self.expects = expects
        self.allowsConcurrentRuns = allowsConcurrentRuns
    }
}
