// SPDX-License-Identifier: Apache-2.0

package import Model

/// What a file of calendars and schedules holds.
package struct ScheduleFile: Sendable {
    /// The calendars.
    package var calendars: [CalendarDefinition] = []
}

/// Reads files of calendars and schedules.
package enum ScheduleReader {
    private static let keys = ["firstline", "calendars"]

    /// Reads a file's bytes; other files that it names, such as lists of holidays, are looked for beside it.
    package static func read(_ bytes: [UInt8], file: String) -> (ScheduleFile, Problems) {
        let (document, syntax) = YAMLReader().read(bytes, file: file)
        var problems = syntax
        var result = ScheduleFile()
        guard let document, let record = Record(Field(document), "a file of schedules", keys: keys, &problems) else {
            return (result, problems.arranged(for: file))
        }
        checkVersion(record, "1", "file of schedules", &problems)
        if let field = record["calendars"] {
            var reader = CalendarReader(folder: Paths.folder(of: file))
            result.calendars = reader.calendars(field)
            problems.add(reader.problems)
        }
        return (result, problems.arranged(for: file))
    }

    /// Reads a list of rules.
    package static func rules(_ setting: Setting, file: String) -> ([ScheduleRule], Problems) {
        var reader = RuleReader()
        let rules = reader.rules(Field(setting))
        return (rules, reader.problems.arranged(for: file))
    }
}
