// SPDX-License-Identifier: Apache-2.0

public import Model

/// What a task's sources show of what it would report, without running it.
///
/// What is put together at run time cannot be seen. A task type that reports nothing but the findings of its thresholds gives an
/// empty review.
public struct TaskReview: Sendable {
    /// A text that the task reports: a finding by its code, or the line for the operator by its id.
    public struct Text: Hashable, Sendable {
        /// What it is.
        public enum Kind: String, Sendable {
            case finding, summary
        }

        /// What it is.
        public let kind: Kind
        /// The code or id, which names the text in the job's `messages`.
        public let id: String
        /// The names of the values it comes with; nil = they cannot be seen.
        public let values: Set<String>?
        /// Where it is written.
        public let place: Place?

        /// Makes a text.
        public init(_ kind: Kind, _ id: String, values: Set<String>?, at place: Place?) {
            self.kind = kind
            self.id = id
            self.values = values
            self.place = place
        }
    }

    /// The texts that are reported for certain.
    public var texts: [Text] = []
    /// What else is written in its sources, which may hold other codes, ids and names of values, whole or in pieces.
    public var sources: [String] = []
    /// Whether `texts` and `sources` hold all that it may report; otherwise no text of the job is called unused.
    public var isWhole = true
    /// What is probably wrong, by the path below `with`.
    public var warnings: [ParameterError] = []

    /// Makes an empty review.
    public init() {}
}
