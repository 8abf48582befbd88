// SPDX-License-Identifier: Apache-2.0

import Definitions
import Model

/// The job a person means by its id, or by an alias that only one job has, and the library it stands in.
func findJob(_ name: String, _ options: CommonOptions) throws -> (job: Job, library: JobLibrary) {
    let library = try loadJobs(options)
    if let job = library[JobID(name)] { return (job, library) }
    let alike = library.all.filter { $0.aliases.contains(name) }
    if alike.count == 1 { return (alike[0], library) }
    if alike.count > 1 {
        let ids = alike.map(\.id.rawValue).joined(separator: ", ")
        throw CommandFailure(.usage, "'\(name)' is an alias of several jobs: \(ids); name one of them")
    }
    throw try whyNot(name, library, options)
}

/// Tells a job that has a mistake from one that is not there.
private func whyNot(_ name: String, _ library: JobLibrary, _ options: CommonOptions) throws -> CommandFailure {
    let directories = try playbookDirectories(options)
    let problems = PlaybookLibrary.read(job: JobID(name), directories: directories).problems
    // A place tells that the file is there.
    return problems.errors.contains { $0.place != nil } ? CommandFailure(problems) : .unknownJob(name, library)
}

extension CommandFailure {
    /// There is no job of that name.
    static func unknownJob(_ name: String, _ library: JobLibrary) -> CommandFailure {
        let known = library.all.flatMap { [$0.id.rawValue] + $0.aliases }
        let hint = didYouMean(name, among: known, orElse: "'firstline job list' shows the jobs there are")
        return CommandFailure(.usage, "there is no job '\(name)'; \(hint)")
    }
}
