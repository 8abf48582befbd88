// SPDX-License-Identifier: Apache-2.0

package import Model

/// Reads folders of playbooks into a library of jobs.
///
/// A playbook's id is its path below the folder with dots. Names that begin with `.` or `_` and inventories (`Hosts*.yaml`) are
/// passed over, so that a folder can hold more than playbooks.
package enum PlaybookLibrary {
    /// Reads every playbook below some folders, in the order of their paths.
    ///
    /// A playbook with an error is not in the library; the problems say why. Of two with one id the first counts.
    package static func load(
        directories: [String], check: TaskCheck? = nil
    ) -> (library: JobLibrary, problems: Problems) {
        var problems = Problems()
        let files = PlaybookFiles(directories, &problems)
        let jobs = files.all.compactMap { file in read(file, check, &problems) }
        return (JobLibrary(jobs), problems)
    }

    /// Reads one playbook and those it calls, and no other, so that a run need not wait for the whole library.
    ///
    /// A called job that does not exist is left to planning, which knows where it is called.
    package static func read(
        job: JobID, directories: [String], check: TaskCheck? = nil
    ) -> (library: JobLibrary, problems: Problems) {
        var problems = Problems()
        guard let first = PlaybookFiles.find(job, in: directories, &problems) else {
            let known = PlaybookFiles(directories, &problems).all.map(\.id.rawValue)
            let hint = didYouMean(job.rawValue, among: known, orElse: "; 'firstline job list' shows the jobs there are")
            problems.add("there is no job '\(job)'\(hint)")
            return (JobLibrary(), problems)
        }
        var jobs: [Job] = []
        var seen: Set<JobID> = [job]
        var waiting = [first]
        while let file = waiting.popLast() {
            guard let job = read(file, check, &problems) else { continue }
            jobs.append(job)
            for call in job.calledJobs where seen.insert(call).inserted {
                if let file = PlaybookFiles.find(call, in: directories, &problems) { waiting.append(file) }
            }
        }
        return (JobLibrary(jobs), problems)
    }

    private static func read(_ file: PlaybookFile, _ check: TaskCheck?, _ problems: inout Problems) -> Job? {
        let (job, found) = PlaybookReader.read(path: file.path, id: file.id, check: check)
        problems.add(found)
        return job
    }
}

extension Job {
    /// The jobs that a run of this one may call, as far as their names are fixed.
    fileprivate var calledJobs: [JobID] {
        let between = (tasks.map(\.pace) + [pace]).compactMap { pace -> JobID? in
            if case .job(let job)? = pace.between { job } else { nil }
        }
        let calls = tasks.filter { $0.type == JobReader.callType }.compactMap { $0.settings["job"]?.text }
        return calls.map { JobID($0) } + between
    }
}
