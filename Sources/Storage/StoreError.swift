// SPDX-License-Identifier: Apache-2.0

package import Model

/// Why the store could not keep or find something.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    case alreadyExists(RunID)
    case notFound(RunID)
    /// There is no store to look at.
    case absent(directory: String)
    /// A planned start is not in the state it was thought to be in.
    case slotHasChanged(SlotID, now: Slot.State?)
    case illegalMove(StepKey, from: StepState, to: StepState)
    /// The store was written by a newer version of the product.
    case newerVersion(path: String, found: Int, known: Int)
    /// Another process has it open for writing.
    case inUse(path: String, pid: Int32?)
    /// The disk is full; what was to be kept was not.
    case full(path: String)
    /// It is not a store, or it is damaged.
    case damaged(path: String, detail: String)
    /// The server that has it open does not answer.
    case unanswered(detail: String)
    /// It cannot be read or written at the moment, which may pass: another program locks it, or its disk fails.
    case failing(path: String, detail: String)
    /// It cannot be opened, read or written.
    case unusable(path: String, detail: String)

    /// Whether the store itself fails, and not only what was asked of it.
    package var isOfStore: Bool {
        switch self {
        case .alreadyExists, .notFound, .slotHasChanged, .illegalMove: false
        case .absent, .newerVersion, .inUse, .full, .damaged, .failing, .unanswered, .unusable: true
        }
    }

    /// Whether the same call may succeed a little later.
    ///
    /// A full disk is not among them: whoever writes much waits for space on its own.
    package var mayPass: Bool {
        if case .failing = self { true } else { false }
    }

    /// What is wrong, and the next thing to try.
    package var description: String {
        switch self {
        case .alreadyExists(let id): "there is a run \(id) already"
        case .notFound(let id): "there is no run \(id); 'firstline run list' shows the runs there are"
        case .absent(let directory):
            "there is no store in \(directory) yet; 'firstline run <job>' makes one, --data names another directory"
        case .slotHasChanged(let id, nil): "there is no planned start \(id)"
        case .slotHasChanged(let id, let state?):
            "the planned start \(id) has changed meanwhile; it is \(state.rawValue) now"
        case .illegalMove(let key, let from, let to):
            "step \(key.step) on lane \(key.lane) cannot go from \(from.rawValue) to \(to.rawValue)"
        case .newerVersion(let path, let found, let known):
            "\(path) was written by a newer firstline (format \(found), this one knows \(known)); "
                + "update firstline, or use another --data directory"
        case .inUse(let path, let pid):
            "\(path) is in use by another firstline\(pid.map { " (process \($0))" } ?? ""); "
                + "wait for it to end, or use another --data directory"
        case .full(let path): "the disk of \(path) is full; nothing was lost: free some space and try again"
        case .damaged(let path, let detail):
            "\(path) is damaged or is not a firstline store (\(detail)); "
                + "restore it from a backup with 'firstline store restore FILE', or move it away to begin a new one"
        case .unanswered(let detail): detail
        case .failing(let path, let detail), .unusable(let path, let detail): "\(path) cannot be used: \(detail)"
        }
    }
}
