// SPDX-License-Identifier: Apache-2.0

package import Expressions
package import Model
package import TaskKit

extension Setting {
    /// The same settings with every text filled, except what the task type takes verbatim.
    ///
    /// `fill` is told which parameter of the task type a text stands in.
    package func filled<Failure: Error>(
        _ specs: [ParameterSpec], _ fill: (ParameterSpec?, String) throws(Failure) -> FilledText
    ) throws(Failure) -> Setting {
        guard case .map(let entries) = content else { return self }
        var result: [Entry] = []
        for entry in entries {
            let spec = specs.first { $0.name == entry.key }
            guard spec?.shape.isVerbatim != true else {
                result.append(entry)
                continue
            }
            let value = try entry.value.filledThroughout { (text: String) throws(Failure) in try fill(spec, text) }
            result.append(Entry(entry.key, value, at: entry.place))
        }
        return Setting(.map(result), at: place)
    }

    /// The same with every text filled.
    package func filledThroughout<Failure: Error>(
        _ fill: (String) throws(Failure) -> FilledText
    ) throws(Failure) -> Setting {
        switch content {
        case .empty: return self
        case .scalar(let text, _): return filled(text, try fill(text))
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

    /// A text that was filled in is text, whatever it looks like; only a value that is a number or a truth value is one.
    private func filled(_ text: String, _ filled: FilledText) -> Setting {
        guard filled != FilledText(text) else { return self }
        let isText =
            switch filled.value {
            case .integer, .number, .bool: false
            default: true
            }
        return Setting(.scalar(filled.text, quoted: isText), at: place, value: filled.value)
    }

    /// Every text in it, with its place.
    package var allSettings: [Setting] {
        switch content {
        case .empty: []
        case .scalar: [self]
        case .list(let items): items.flatMap(\.allSettings)
        case .map(let entries): entries.flatMap(\.value.allSettings)
        }
    }

    /// Every text in it.
    package var allTexts: [String] { allSettings.compactMap(\.text) }
}

extension ParameterSpec.Shape {
    /// Whether `${…}` in it is left alone: it belongs to somebody else, or is an expression already.
    var isVerbatim: Bool { self == .verbatim || self == .expression }
}
