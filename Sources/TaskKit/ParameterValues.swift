// SPDX-License-Identifier: Apache-2.0

public import Model

/// Something wrong with what a task wrote under `with`.
public struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path below `with`, such as `script/file`.
    public let path: String
    /// What is wrong.
    public let message: String
    /// Where it is written.
    public let place: Place?
    /// Makes an error.
    public init(_ path: String, _ message: String, at place: Place? = nil) {
        self.path = path
        self.message = message
        self.place = place
    }
    /// Path and message.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// What a task wrote under `with`, read key by key.
public struct ParameterValues: Sendable {
    /// The map as written, or as filled in.
    public let settings: Setting
    /// Whether all values are in place; a `${` that is still there is then part of a value.
    public let isFilled: Bool

    /// Makes values of a map.
    ///
    /// - Parameters:
    ///   - settings: The map as written, or as filled in.
    ///   - isFilled: Whether all values are in place. The engine says so before each run: otherwise a value that comes from a
    ///     host and holds `${` would be taken for one that is still to come, and not be judged.
    public init(_ settings: Setting, isFilled: Bool = false) {
        self.settings = settings
        self.isFilled = isFilled
    }

    /// Whether a key was written.
    public func has(_ name: String) -> Bool { settings[name] != nil }

    /// The setting under a key.
    public func setting(_ name: String) -> Setting? { settings[name] }

    /// Whether a key's value waits for a run: it still holds `${…}`.
    public func isPending(_ name: String) -> Bool { settings[name]?.text.map(isPending(text:)) ?? false }

    /// Whether a text waits for a run.
    public func isPending(text: String) -> Bool { !isFilled && text.contains("${") }

    /// The value under a key, of a kind; a value that still holds `${…}` is taken as nil and judged when it is known.
    public func value(_ name: String, _ kind: ValueKind) throws(ParameterError) -> Value? {
        guard let setting = settings[name], setting.content != .empty else { return nil }
        guard let text = setting.text else {
            throw ParameterError(name, "must be \(kind.expectation), not \(setting.kind)", at: setting.place)
        }
        if isPending(text: text) { return nil }
        guard let value = kind.value(from: text) else {
            throw ParameterError(name, "must be \(kind.expectation(insteadOf: text)), not '\(text)'", at: setting.place)
        }
        return value
    }

    /// The text under a key that must be there.
    public func text(_ name: String) throws(ParameterError) -> String {
        guard let text = try optionalText(name) else { throw missing(name) }
        return text
    }

    /// The text under a key, if it is there.
    ///
    /// Any single value is text; `${…}` is kept.
    public func optionalText(_ name: String) throws(ParameterError) -> String? {
        guard let setting = settings[name], setting.content != .empty else { return nil }
        guard let text = setting.text else {
            throw ParameterError(name, "must be a single value, not \(setting.kind)", at: setting.place)
        }
        return text
    }

    /// The whole number under a key.
    public func integer(_ name: String) throws(ParameterError) -> Int? {
        guard case .integer(let number)? = try value(name, .integer) else { return nil }
        return number
    }

    /// The flag under a key.
    public func flag(_ name: String, default standard: Bool) throws(ParameterError) -> Bool {
        guard case .bool(let flag)? = try value(name, .bool) else { return standard }
        return flag
    }

    /// The duration under a key.
    public func duration(_ name: String) throws(ParameterError) -> Duration? {
        guard case .duration(let duration)? = try value(name, .duration) else { return nil }
        return duration
    }

    /// The texts under a key: a list, or a single value as a list of one.
    public func texts(_ name: String) throws(ParameterError) -> [String] {
        guard let setting = settings[name], setting.content != .empty else { return [] }
        guard case .list(let items) = setting.content else { return [try text(name)] }
        var result: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.text else {
                throw ParameterError("\(name)/\(index)", "must be a single value, not \(item.kind)", at: item.place)
            }
            result.append(text)
        }
        return result
    }

    /// The entries of the map under a key, in their order; none when it is not there.
    public func entries(_ name: String) throws(ParameterError) -> [Setting.Entry] {
        guard let setting = settings[name], setting.content != .empty else { return [] }
        guard case .map(let entries) = setting.content else {
            throw ParameterError(name, "must be a map, not \(setting.kind)", at: setting.place)
        }
        return entries
    }

    /// The map of single values under a key.
    public func map(_ name: String) throws(ParameterError) -> [String: String] {
        var result: [String: String] = [:]
        for entry in try entries(name) {
            guard let text = entry.value.content == .empty ? "" : entry.value.text else {
                throw ParameterError("\(name)/\(entry.key)", "must be a single value", at: entry.value.place)
            }
            result[entry.key] = text
        }
        return result
    }

    /// One of an enumeration's words under a key.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, default standard: Choice
    ) throws(ParameterError) -> Choice {
        guard let text = try optionalText(name), !isPending(text: text) else { return standard }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ParameterError(name, "must be one of \(words), not '\(text)'", at: settings[name]?.place)
        }
        return choice
    }

    /// The error of a key that must be there.
    public func missing(_ name: String) -> ParameterError {
        ParameterError(name, "is missing", at: settings.place)
    }
}
