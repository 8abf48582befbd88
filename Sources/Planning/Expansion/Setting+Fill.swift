// SPDX-License-Identifier: Apache-2.0

package import Model
package import TaskKit

extension Setting {
    /// The same settings with every text filled, except what the task type takes verbatim.
    package func filled<Failure: Error>(
        _ specs: [ParameterSpec], _ fill: (String) throws(Failure) -> String
    ) throws(Failure) -> Setting {
        guard case .map(let entries) = content else { return self }
        var result: [Entry] = []
        for entry in entries {
            let isVerbatim = specs.contains { $0.name == entry.key && $0.shape.isVerbatim }
            result.append(
                isVerbatim ? entry : Entry(entry.key, try entry.value.filledThroughout(fill), at: entry.place))
        }
        return Setting(.map(result), at: place)
    }

    private func filledThroughout<Failure: Error>(_ fill: (String) throws(Failure) -> String) throws(Failure) -> Setting
    {
        switch content {
        case .empty: return self
        case .scalar(let text, let quoted):
            let filled = try fill(text)
            return filled == text ? self : Setting(.scalar(filled, quoted: quoted), at: place)
        case .list(let items):
            var result: [Setting] = []
            for item in items { result.append(try item.filledThroughout(fill)) }
            return Setting(.list(result), at: place)
        case .map(let entries):
            var result: [Entry] = []
            for entry in entries {
                result.append(Entry(entry.key, try entry.value.filledThroughout(fill), at: entry.place))
            }
            return Setting(.map(result), at: place)
        }
    }

    /// Every text in it, with its place.
    var allSettings: [Setting] {
        switch content {
        case .empty: []
        case .scalar: [self]
        case .list(let items): items.flatMap(\.allSettings)
        case .map(let entries): entries.flatMap(\.value.allSettings)
        }
    }

    var allTexts: [String] { allSettings.compactMap(\.text) }
}

extension ParameterSpec.Shape {
    /// Whether `${…}` in it is left alone: it belongs to somebody else, or is an expression already.
    var isVerbatim: Bool { self == .verbatim || self == .expression }
}
