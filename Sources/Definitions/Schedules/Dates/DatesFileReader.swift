// SPDX-License-Identifier: Apache-2.0

import Model

/// Reads what a calendar says about a file of dates, and the file.
struct DatesFileReader {
    /// The folder the file is looked for in.
    let folder: String

    /// The days of the file that `{file: …}` names.
    func days(_ field: Field, _ problems: inout Problems) -> [Day: String]? {
        guard let file = file(field, &problems) else { return nil }
        do throws(FileFailure) {
            // A pipe might never end.
            guard Files.kind(of: file.file) != .other else { throw FileFailure(message: "is no file") }
            return file.read(try Files.read(file.file, limit: SourceText.largestSize), &problems)
        } catch {
            field.child("file", field.setting["file"] ?? field.setting).report(
                "\(file.file) \(error.message)", &problems)
            return nil
        }
    }

    func file(_ field: Field, _ problems: inout Problems) -> DatesFile? {
        let keys = ["file", "only", "except", "encoding", "order"]
        guard let record = Record(field, "days of a file", keys: keys, &problems),
            let name = record.required("file", &problems)?.text(&problems)
        else { return nil }
        var file = DatesFile(file: Paths.join(folder, name))
        if let field = record["only"] { file.filter.only = patterns(field, &problems) }
        if let field = record["except"] { file.filter.except = patterns(field, &problems) }
        file.encoding = record["encoding"]?.choice(TextEncoding.self, &problems)
        file.order = record["order"]?.choice(DateOrder.self, &problems)
        return file
    }

    private func patterns(_ field: Field, _ problems: inout Problems) -> [EventFilter.Property: [TextPattern]] {
        let keys = EventFilter.Property.allCases.map(\.rawValue)
        guard let record = Record(field, "what events say", keys: keys, &problems) else { return [:] }
        var found: [EventFilter.Property: [TextPattern]] = [:]
        for property in EventFilter.Property.allCases {
            guard let field = record[property.rawValue] else { continue }
            let texts = field.texts(&problems)
            let patterns = texts.compactMap(TextPattern.init)
            if patterns.count < texts.count { field.report("has a pattern of more than 500 letters", &problems) }
            if texts.isEmpty { field.report("must have at least one pattern", &problems) }
            found[property] = patterns
        }
        return found
    }
}
