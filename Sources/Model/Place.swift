// SPDX-License-Identifier: Apache-2.0

/// Where in a file something was written; lines and columns count from 1.
public struct Place: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The file as it was named.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int
    /// Makes a place.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
    /// `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }
}

/// Something wrong with what was written or asked, found before any host is touched.
public struct Problem: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// Whether the problem stops the work.
    public enum Severity: String, Codable, Sendable {
        case error, warning
    }

    /// Where it stands, if it stands in a file.
    public let place: Place?
    /// The path inside the document, such as `tasks/stop/with/program`.
    public let path: String
    /// What is wrong, and what to try, for readers of several languages.
    public let text: Sentence
    /// Whether it stops the work.
    public let severity: Severity

    /// Makes a problem of a text that is the same in every language.
    public init(_ message: String, at place: Place? = nil, path: String = "", severity: Severity = .error) {
        self.init(Sentence(verbatim: message), at: place, path: path, severity: severity)
    }

    /// Makes a problem.
    public init(_ text: Sentence, at place: Place? = nil, path: String = "", severity: Severity = .error) {
        self.place = place
        self.path = path
        self.text = text
        self.severity = severity
    }

    /// What is wrong, and what to try, in English.
    public var message: String { text.description }

    /// The path of what is wrong with the targets of a plan.
    package static let targets = "targets"
    /// Whether it says something of the targets of a plan.
    package var isAboutTargets: Bool { path == Problem.targets }

    /// One line: place, severity, path and message.
    public var description: String {
        SafeText.line(
            [place?.description, severity.rawValue, path.isEmpty ? nil : path, message]
                .compactMap(\.self).joined(separator: ": "))
    }
}

/// All problems found in one go.
public struct Problems: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problems, in the order they were found.
    public private(set) var all: [Problem] = []
    /// Makes an empty list.
    public init() {}
    /// Makes a list of one error.
    public init(_ message: String, at place: Place? = nil, path: String = "") {
        add(message, at: place, path: path)
    }
    /// Adds an error.
    public mutating func add(_ message: String, at place: Place? = nil, path: String = "") {
        all.append(Problem(message, at: place, path: path))
    }
    /// Adds an error that is said in the reader's language.
    public mutating func add(_ text: Sentence, at place: Place? = nil, path: String = "") {
        all.append(Problem(text, at: place, path: path))
    }
    /// Adds a warning that is said in the reader's language.
    public mutating func warn(_ text: Sentence, at place: Place? = nil, path: String = "") {
        all.append(Problem(text, at: place, path: path, severity: .warning))
    }
    /// Adds a warning.
    public mutating func warn(_ message: String, at place: Place? = nil, path: String = "") {
        all.append(Problem(message, at: place, path: path, severity: .warning))
    }
    /// Adds what another list holds.
    public mutating func add(_ others: Problems) { all += others.all }
    /// The problems that stop the work.
    public var errors: [Problem] { all.filter { $0.severity == .error } }
    /// Whether anything stops the work.
    public var hasErrors: Bool { all.contains { $0.severity == .error } }
    /// Throws the whole list if anything in it stops the work.
    public func throwIfErrors() throws(Problems) {
        if hasErrors { throw self }
    }
    /// What is wrong, without places, on one line.
    package var words: String { sentence.description }
    /// The same as a sentence.
    package var sentence: Sentence {
        .list(
            all.map {
                $0.path.isEmpty
                    ? $0.text : Sentence("{path}: {text}", ["path": $0.path.trimmedOption, "text": $0.text])
            })
    }
    /// One line a problem.
    public var description: String { all.map(\.description).joined(separator: "\n") }
}

extension String {
    /// Without the hyphens of an option: what is wrong may as well stand in a file.
    fileprivate var trimmedOption: Substring { hasPrefix("-e ") ? dropFirst(3) : drop { $0 == "-" } }
}
