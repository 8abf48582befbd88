// SPDX-License-Identifier: Apache-2.0

import Model

/// A map whose keys are known: it reports the unknown ones, with the known one that was most likely meant.
struct Record {
    let field: Field
    private let fields: [String: Field]

    /// Makes a record of a map; anything else is reported.
    init?(_ field: Field, _ what: String, keys: [String], _ problems: inout Problems) {
        guard let entries = field.entries(&problems) else { return nil }
        var fields: [String: Field] = [:]
        for (key, child) in entries {
            if keys.contains(key) {
                fields[key] = child
            } else {
                Self.reportUnknown(key, of: field, what, keys, &problems)
            }
        }
        self.field = field
        self.fields = fields
    }

    /// The field of a key; nil when nothing was written there.
    subscript(key: String) -> Field? { fields[key].flatMap { $0.isEmpty ? nil : $0 } }

    /// Whether the key was written, even if nothing stands under it.
    func has(_ key: String) -> Bool { fields[key] != nil }

    /// The field of a key that must be there.
    func required(_ key: String, _ problems: inout Problems) -> Field? {
        if let found = self[key] { return found }
        let missing = fields[key] ?? field.child(key, Setting(.empty), key: field.keyPlace ?? field.place)
        missing.reportName("is missing", &problems)
        return nil
    }

    private static func reportUnknown(
        _ key: String, of field: Field, _ what: String, _ keys: [String], _ problems: inout Problems
    ) {
        let place = field.setting.entries.first { $0.key == key }?.place
        let help =
            nearestWord(to: key, among: keys).map { "did you mean '\($0)'?" }
            ?? "its keys are " + keys.joined(separator: ", ")
        let path = field.child(key, Setting(.empty)).path
        problems.add("is not a key of \(what); \(help)", at: place, path: path)
    }
}
