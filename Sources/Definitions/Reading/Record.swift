// SPDX-License-Identifier: Apache-2.0

import Model

/// A map whose keys are known: it reports the unknown ones, with the known one that was most likely meant.
struct Record {
    let field: Field
    private let fields: [String: Field]
    /// The keys that misspelled ones are taken for; they are not missing as well.
    private let meantKeys: Set<String>

    /// Makes a record of a map; anything else is reported.
    ///
    /// `hint` gives what to say of a key that is known from elsewhere.
    init?(
        _ field: Field, _ what: String, keys: [String], hint: (String) -> String? = { _ in nil },
        _ problems: inout Problems
    ) {
        guard let entries = field.entries(&problems) else { return nil }
        var fields: [String: Field] = [:]
        var meantKeys: Set<String> = []
        var help = "; its keys are " + keys.joined(separator: ", ")
        for (key, child) in entries {
            if keys.contains(key) {
                fields[key] = child
            } else if let hint = hint(key) {
                child.reportName("is not a key of \(what); \(hint)", &problems)
            } else {
                let meant = didYouMean(key, among: keys)
                meantKeys.formUnion([closestName(to: key, among: keys)].compactMap(\.self))
                child.reportName("is not a key of \(what)" + (meant.isEmpty ? help : meant), &problems)
                // Said once, the list of keys helps; said again with every key, it hides what else is wrong.
                if meant.isEmpty { help = "" }
            }
        }
        self.field = field
        self.fields = fields
        self.meantKeys = meantKeys
    }

    /// The field of a key; nil when nothing was written there.
    subscript(key: String) -> Field? { fields[key].flatMap { $0.isEmpty ? nil : $0 } }

    /// Whether the key was written, even if nothing stands under it.
    func has(_ key: String) -> Bool { fields[key] != nil }

    /// The field of a key that must be there.
    func required(_ key: String, _ problems: inout Problems) -> Field? {
        if let found = self[key] { return found }
        if meantKeys.contains(key) { return nil }
        let missing = fields[key] ?? field.child(key, Setting(.empty), key: field.keyPlace ?? field.place)
        missing.reportName("is missing", &problems)
        return nil
    }
}
