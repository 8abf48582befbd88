// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Model

/// A place in a JSON document and what must stand there: `$.checks[0].state` = `UP`.
///
/// Only the steps `.name`, `['name']` and `[number]` are known; nothing is searched or calculated.
struct JSONQuestion: Sendable {
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    private let path: String
    private let steps: [Step]
    private let expected: ExpectedJSON

    /// Reads a path; nil when it is none.
    init?(_ path: String, expected: ExpectedJSON) {
        guard path.first == "$", path.utf8.count <= 500, let steps = readSteps(path.dropFirst()) else { return nil }
        self.path = path
        self.expected = expected
        self.steps = steps
    }

    /// Why a document does not answer as expected; nil when it does.
    func problem(in document: [UInt8]) -> String? {
        if let fault = JSONCheck.fault(in: document) { return "the answer's JSON \(fault)" }
        do {
            let found = try JSONDecoder().decode(Answer.self, from: Data(document), configuration: steps).found
            return expected.matches(found) ? nil : "\(path) is \(found), not \(expected)"
        } catch is Missing {
            return "\(path) is not there"
        } catch {
            return "the answer is not JSON that can be read"
        }
    }
}

private struct Missing: Error {}

/// Walks along the path while decoding, so that the rest of the document is never made into values.
private struct Answer: DecodableWithConfiguration {
    let found: FoundJSON

    init(from decoder: any Decoder, configuration steps: [JSONQuestion.Step]) throws {
        var place = decoder
        for step in steps { place = try inner(place, step) }
        found = try FoundJSON(place)
    }
}

private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

private func inner(_ decoder: any Decoder, _ step: JSONQuestion.Step) throws -> any Decoder {
    switch step {
    case .key(let name):
        guard let map = try? decoder.container(keyedBy: Key.self), map.contains(Key(stringValue: name)) else {
            throw Missing()
        }
        return try map.superDecoder(forKey: Key(stringValue: name))
    case .index(let index):
        guard var list = try? decoder.unkeyedContainer(), index < list.count ?? 0 else { throw Missing() }
        for _ in 0..<index { _ = try list.superDecoder() }
        return try list.superDecoder()
    }
}

extension FoundJSON {
    fileprivate init(_ decoder: any Decoder) throws {
        guard let value = try? decoder.singleValueContainer() else { throw Missing() }
        if value.decodeNil() {
            self = .null
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Int.self) {
            self = .number(String(number))
        } else if let number = try? value.decode(Decimal.self) {
            // 38 digits: what a double would round is still what was sent.
            self = .number("\(number)")
        } else {
            self = (try? decoder.unkeyedContainer()) == nil ? .map : .list
        }
    }
}

private func readSteps(_ text: Substring) -> [JSONQuestion.Step]? {
    var steps: [JSONQuestion.Step] = []
    var rest = text
    while let sign = rest.popFirst() {
        switch sign {
        case ".":
            let name = rest.prefix { $0 != "." && $0 != "[" }
            guard !name.isEmpty, !name.contains("*") else { return nil }
            steps.append(.key(String(name)))
            rest = rest.dropFirst(name.count)
        case "[":
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let inside = rest[..<end]
            if let index = Int(inside), (0...100_000).contains(index) {
                steps.append(.index(index))
            } else if inside.count > 2, inside.first == "'", inside.last == "'" {
                steps.append(.key(String(inside.dropFirst().dropLast())))
            } else {
                return nil
            }
            rest = rest[rest.index(after: end)...]
        default: return nil
        }
    }
    return steps
}
