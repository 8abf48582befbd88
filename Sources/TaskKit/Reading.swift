// SPDX-License-Identifier: Apache-2.0

public import Model

extension ParameterValues {
    /// The text for people under a key: one text, or a map `{en: …, ko: …, ja: …}`.
    public func localized(_ name: String) throws(ParameterError) -> Localized? {
        guard let setting = settings[name], setting.content != .empty else { return nil }
        return try Localized(reading: setting, at: name)
    }
}

extension Localized {
    /// Reads a text for people: one text, or a map `{en: …, ko: …, ja: …}` that has `en`.
    public init(reading setting: Setting, at path: String) throws(ParameterError) {
        if let text = setting.text {
            self.init(text)
            return
        }
        guard case .map(let entries) = setting.content else {
            throw ParameterError(path, "must be a text, or a text per language", at: setting.place)
        }
        var texts: [Language: String] = [:]
        for entry in entries {
            guard let language = Language(rawValue: entry.key) else {
                throw ParameterError("\(path)/\(entry.key)", "is not a language; known are en, ko, ja", at: entry.place)
            }
            guard let text = entry.value.text else {
                throw ParameterError("\(path)/\(entry.key)", "must be a text", at: entry.value.place)
            }
            texts[language] = text
        }
        guard texts[.english] != nil else { throw ParameterError("\(path)/en", "is missing", at: setting.place) }
        self.init(texts)
    }
}

extension OutputSpec {
    /// Reads an output as `name: {type: number, help: …}`.
    ///
    /// - Parameters:
    ///   - name: Its name: letters, digits, `_` and `-`, and not one that every step has already.
    ///   - setting: The map.
    ///   - path: Where the map stands, such as `outputs/offset_ms`.
    ///   - keys: Keys that the caller reads itself.
    /// - Throws: `ParameterError` naming the first thing wrong.
    public init(reading name: String, _ setting: Setting, at path: String, beside keys: [String] = [])
        throws(ParameterError)
    {
        guard isOutputName(name) else {
            throw ParameterError(path, "'\(name)' cannot be an output's name", at: setting.place)
        }
        guard case .map = setting.content else {
            throw ParameterError(path, "must be a map such as {type: number}, not \(setting.kind)", at: setting.place)
        }
        if let error = checkKeys(setting, known: ["type", "help"] + keys, at: path).first { throw error }
        let kinds = ValueKind.allCases.filter { $0 != .secret && $0 != .choice }
        guard let kind = kinds.first(where: { $0.rawValue == setting["type"]?.text }) else {
            let words = kinds.map(\.rawValue).joined(separator: ", ")
            throw ParameterError("\(path)/type", "must be one of \(words)", at: setting["type"]?.place ?? setting.place)
        }
        var help: Localized = ""
        if let written = setting["help"] { help = try Localized(reading: written, at: "\(path)/help") }
        self.init(name, kind, help)
    }
}

/// Names that `steps.TASK.…` has for every step.
private let stepNames: Set<String> = ["state", "level", "exitCode", "changed"]

private func isOutputName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !stepNames.contains(name), name.utf8.count <= 64 else { return false }
    return (isLetter(first) || first == UInt8(ascii: "_"))
        && name.utf8.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: "-")
        }
}

private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}

/// The beginning of a text from a host, made fit for a message: one line, no control characters.
public func excerpt(_ text: some StringProtocol, limit: Int = 200) -> String {
    let shown = String.UnicodeScalarView(
        text.unicodeScalars.prefix(limit).map { $0.isVisible ? $0 : SafeText.stand })
    return String(shown) + (text.unicodeScalars.count > limit ? "…" : "")
}
