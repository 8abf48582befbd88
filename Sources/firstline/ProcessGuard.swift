// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// What the process does for the case that it crashes, before it knows any secret.
enum ProcessGuard {
    static func begin() {
        switchCoresOff()
        tellCrashes()
    }

    /// No memory with secrets in it is written to a disk, or read by another process of the same account.
    ///
    /// Programs that the process starts may raise the limit again.
    private static func switchCoresOff() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        limit.rlim_cur = 0
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        _ = firstline_hide_memory()
    }

    /// A signal that a defect raises leaves a line in the log; then it does what it does without that.
    private static func tellCrashes() {
        for signal in [SIGILL, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGTRAP] {
            var old = sigaction()
            // The runtime may have something better to say.
            guard sigaction(signal, nil, &old) == 0, old.__sigaction_handler.sa_handler == nil else { continue }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { signal in tell(signal) }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
            sigaction(signal, &action, nil)
        }
    }
}

/// Writes a line without memory, locks or anything else that the defect may have left unusable.
private func tell(_ signal: Int32) {
    let line: StaticString =
        switch signal {
        case SIGILL:
            "firstline: a defect ended the process (signal ILL); what it had begun goes on, and is found again\n"
        case SIGSEGV:
            "firstline: a defect ended the process (signal SEGV); what it had begun goes on, and is found again\n"
        case SIGBUS:
            "firstline: a defect ended the process (signal BUS); what it had begun goes on, and is found again\n"
        case SIGFPE:
            "firstline: a defect ended the process (signal FPE); what it had begun goes on, and is found again\n"
        case SIGABRT:
            "firstline: a defect ended the process (signal ABRT); what it had begun goes on, and is found again\n"
        default: "firstline: a defect ended the process (signal TRAP); what it had begun goes on, and is found again\n"
        }
    _ = write(2, line.utf8Start, line.utf8CodeUnitCount)
    // Nobody handles it any more; an instruction that failed would fail again, but the signal may have come from elsewhere.
    raise(signal)
}
