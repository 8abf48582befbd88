// SPDX-License-Identifier: Apache-2.0

import Model

/// A setting being read: what was written, the path it stands under, and where problems with it point.
///
/// Each way of reading reports what is wrong and returns nil, so that one mistake does not hide the next.
struct Field {
    let setting: Setting
    let path: String
    /// Where its key stands, if it has one.
    let keyPlace: Place?

    init(_ setting: Setting, path: String = "", key: Place? = nil) {
        self.setting = setting
        self.path = path
        keyPlace = key
    }

    /// Where it stands.
    var place: Place? { setting.place ?? keyPlace }

    /// Whether nothing stands here.
    var isEmpty: Bool { setting.content == .empty }

    /// Reports a problem with this field.
    func report(_ message: String, _ problems: inout Problems) { problems.add(message, at: place, path: path) }

    /// Reports a problem with this field's name.
    func reportName(_ message: String, _ problems: inout Problems) {
        problems.add(message, at: keyPlace ?? place, path: path)
    }

    /// Reports something worth knowing that does not stop the work.
    func warn(_ message: String, _ problems: inout Problems) { problems.warn(message, at: place, path: path) }

    /// A field below this one.
    func child(_ name: some CustomStringConvertible, _ setting: Setting, key: Place? = nil) -> Field {
        Field(setting, path: path.isEmpty ? "\(name)" : "\(path)/\(name)", key: key)
    }

    /// One of a list whose items have numbers of their own, such as `schedules/nightly/rule 1` of `schedules/nightly/rules`.
    func numbered(_ name: String, _ number: Int, _ setting: Setting) -> Field {
        let above = path.split(separator: "/").dropLast().joined(separator: "/")
        return Field(setting, path: (above.isEmpty ? "" : above + "/") + "\(name) \(number)")
    }

    // MARK: Lists and maps

    /// The fields of a map.
    func entries(_ problems: inout Problems) -> [(key: String, field: Field)]? {
        guard case .map(let entries) = setting.content else {
            report((path.isEmpty ? "the document " : "") + "must be a map, not \(setting.kind)", &problems)
            return nil
        }
        return entries.map { ($0.key, child($0.key, $0.value, key: $0.place)) }
    }

    /// The fields of a list; a single value is a list of one.
    func items(_ problems: inout Problems) -> [Field]? {
        switch setting.content {
        case .list(let items): return items.enumerated().map { child($0, $1) }
        case .scalar: return [self]
        case .empty, .map:
            report("must be a list or a single value, not \(setting.kind)", &problems)
            return nil
        }
    }

    /// The texts of a list; a single value is a list of one.
    func texts(_ problems: inout Problems) -> [String] { (items(&problems) ?? []).compactMap { $0.text(&problems) } }

    /// The texts of a map of single values; an empty value is empty text.
    func textMap(_ problems: inout Problems) -> [String: String] {
        var result: [String: String] = [:]
        for (key, field) in entries(&problems) ?? [] { result[key] = field.isEmpty ? "" : field.text(&problems) }
        return result
    }
}
