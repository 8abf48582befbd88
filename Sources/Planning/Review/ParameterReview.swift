// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// Finds parameters of a job that nothing in it uses.
///
/// A parameter is used where `params.NAME` is written, and by a called job that has a parameter of its name.
struct ParameterReview {
    private let job: Job
    /// Every text in which a parameter may be named.
    private let texts: [String]
    /// The jobs that take the values of its parameters by name; nil = they are not known.
    private let called: [Job]?

    /// `calls` are what its tasks call; nil = some could not be looked at.
    init(_ job: Job, calls: [JobCall]?, in library: JobLibrary) {
        self.job = job
        texts = job.tasks.flatMap(\.textsWithNames) + job.outputs.flatMap(\.value.allTexts)
        let between = ([job.pace] + job.tasks.map(\.pace)).compactMap(\.between).compactMap(\.job)
        let names = calls.map { $0.filter { !$0.isInBackground }.map(\.job) + between }
        let jobs = names?.map { library[$0] }
        called = jobs?.contains(nil) ?? true ? nil : jobs?.compactMap(\.self)
    }

    func problems() -> Problems {
        var problems = Problems()
        guard let called else { return problems }
        let taken = Set(called.flatMap(\.parameters).map(\.name))
        for parameter in job.parameters where !taken.contains(parameter.name) && !isNamed(parameter.name) {
            problems.warn(
                "nothing in this job uses the parameter '\(parameter.name)'; read it as ${params.\(parameter.name)}, "
                    + "or delete it", at: parameter.place, path: "parameters/\(parameter.name)")
        }
        return problems
    }

    private func isNamed(_ name: String) -> Bool {
        let mark = "params.\(name)".utf8
        return texts.contains { text in
            text.utf8.ranges(of: mark).contains { range in
                range.upperBound == text.utf8.endIndex || !isPartOfName(text.utf8[range.upperBound])
            }
        }
    }
}

/// Whether a byte after a name belongs to a longer one.
private func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
        true
    default: false
    }
}

extension JobTask {
    /// Every text in which names may be written.
    fileprivate var textsWithNames: [String] {
        let settings = [settings, account, timeLimit, retryTimes, retryDelay].compactMap(\.self)
        guard case .selector(let text)? = placement else { return settings.flatMap(\.allTexts) }
        return settings.flatMap(\.allTexts) + [text]
    }
}

extension Pace.Between {
    /// The job that runs between two batches.
    fileprivate var job: JobID? {
        guard case .job(let job) = self else { return nil }
        return job
    }
}
