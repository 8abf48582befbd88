// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import TaskKit

/// What the answer must be.
struct Expectation: Sendable {
    /// The status codes that are fine.
    let status: NumberSet
    /// A text that must stand in the body.
    let text: String?
    /// A pattern that must be found in the body.
    let pattern: Pattern?
    /// What must stand at places of a JSON body.
    let json: [JSONQuestion]
    /// The fewest days the certificate must still be valid.
    let certificateDays: Int?
    /// When a measured value is worth a finding.
    let thresholds: [Threshold]

    init(_ values: ParameterValues) throws(ParameterError) {
        status = try readStatus(values)
        text = try values.optionalText("text")
        pattern = try readPattern(values)
        json = try readQuestions(values)
        certificateDays = try readCount(values, "certificateDays", 0...36_500)
        thresholds = try readThresholds(values)
    }

    /// Why an answer is not as expected; nil when it is.
    func problem(_ response: Response, _ unfollowed: UnfollowedRedirect?, daysLeft: Int?) -> Reason? {
        guard status.contains(response.status) else {
            let why = unfollowed.map { " and was not followed (\($0))" } ?? ""
            let place = response.location.map { ", which leads to \(excerpt($0))\(why)" } ?? ""
            return Reason(.response, "the status is \(response.status)\(place); expected \(status)")
        }
        if let problem = bodyProblem(response) {
            return Reason(.response, problem + (response.isCut ? " (only the first 1 MiB was read)" : ""))
        }
        guard let fewest = certificateDays else { return nil }
        guard let daysLeft else { return Reason(.certificate, "there is no certificate whose end could be read") }
        guard daysLeft < fewest else { return nil }
        return Reason(
            .certificate, "the certificate is valid for \(daysLeft) more days; at least \(fewest) are asked for")
    }

    private func bodyProblem(_ response: Response) -> String? {
        let body = response.text
        let shown = body.isEmpty ? "(empty)" : excerpt(body)
        if let text, !body.holds(text) { return "'\(excerpt(text))' does not stand in the answer: \(shown)" }
        if let pattern {
            do throws(PatternError) {
                let isFound = try pattern.firstMatch(in: body) != nil
                if !isFound { return "the answer does not match '\(excerpt(pattern.text))': \(shown)" }
            } catch {
                return "the answer could not be searched: \(error.message)"
            }
        }
        return json.lazy.compactMap { $0.problem(in: response.body) }.first.map { excerpt($0, limit: 400) }
    }
}

private func readStatus(_ values: ParameterValues) throws(ParameterError) -> NumberSet {
    let text = try values.texts("status").joined(separator: ",")
    guard !text.isEmpty, !values.isPending(text: text) else { return NumberSet([200...299]) }
    guard let set = NumberSet(text) else {
        throw ParameterError(
            "status", "must be codes and ranges such as 200-399,401", at: values.setting("status")?.place)
    }
    return set
}

private func readPattern(_ values: ParameterValues) throws(ParameterError) -> Pattern? {
    guard let text = try values.optionalText("pattern"), !values.isPending(text: text) else { return nil }
    do throws(PatternError) {
        return try Pattern(text)
    } catch {
        throw ParameterError("pattern", error.message, at: values.setting("pattern")?.place)
    }
}

private func readQuestions(_ values: ParameterValues) throws(ParameterError) -> [JSONQuestion] {
    var questions: [JSONQuestion] = []
    for entry in try values.entries("json").sorted(by: { $0.key < $1.key }) {
        guard let expected = ExpectedJSON(entry.value) else {
            throw ParameterError("json/\(entry.key)", "must be a single value", at: entry.value.place)
        }
        guard let question = JSONQuestion(entry.key, expected: expected) else {
            throw ParameterError("json/\(entry.key)", "must be a path such as $.checks[0].state", at: entry.place)
        }
        questions.append(question)
    }
    return questions
}

private func readThresholds(_ values: ParameterValues) throws(ParameterError) -> [Threshold] {
    let kinds = Dictionary(HTTPCheck.outputSpecs.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    do throws(ThresholdError) {
        return try [Threshold](
            reading: values.setting("thresholds"), outputs: kinds, isFilled: values.isFilled)
    } catch {
        throw ParameterError(
            error.path.isEmpty ? "thresholds" : "thresholds/" + error.path, error.message, at: error.place)
    }
}
