// SPDX-License-Identifier: Apache-2.0

/// What a job, a task type or a step asks for or hands over: a name with a kind and limits.
public struct Parameter: Hashable, Codable, Sendable {
    /// Its name.
    public var name: String
    /// The kind of its value.
    public var kind: ValueKind
    /// What it is for.
    public var help: Localized
    /// The value without one given; nil = must be given.
    public var defaultValue: Value?
    /// Whether it may be left out although it has no default.
    public var isOptional: Bool
    /// The allowed values of a choice.
    public var choices: [String]
    /// A pattern the text must match as a whole.
    public var pattern: String?
    /// The smallest value, of the parameter's kind: a number, a size or a duration.
    public var minimum: Value?
    /// The largest value, of the parameter's kind: a number, a size or a duration.
    public var maximum: Value?
    /// Whether the instance, the host or its groups may give the value.
    public var isFromInventory: Bool
    /// Where it is written.
    public var place: Place?

    /// Makes a parameter.
    public init(
        _ name: String, _ kind: ValueKind, help: Localized = "", default defaultValue: Value? = nil,
        optional isOptional: Bool = false, choices: [String] = [], pattern: String? = nil, minimum: Value? = nil,
        maximum: Value? = nil, fromInventory isFromInventory: Bool = false, place: Place? = nil
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.defaultValue = defaultValue
        self.isOptional = isOptional
        self.choices = choices
        self.pattern = pattern
        self.minimum = minimum
        self.maximum = maximum
        self.isFromInventory = isFromInventory
        self.place = place
    }
}
