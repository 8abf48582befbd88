// SPDX-License-Identifier: Apache-2.0

package import Model

/// Says why a command was not started, from how far the launcher had come and what the host said.
package enum LaunchFailure {
    /// The exact cause.
    ///
    /// - Parameters:
    ///   - stage: How far the launcher had come.
    ///   - exit: The code the host gave, if any.
    ///   - host: The host, for the message.
    ///   - words: What the host wrote, without control characters.
    /// - Returns: A failure that says the program was not started.
    package static func explain(_ stage: LaunchReader.Stage, exit: Int?, host: HostName, words: String)
        -> SessionFailure
    {
        let said = words.isEmpty ? "" : "; it said: \(words)"
        switch stage {
        case .failed("program"):
            return SessionFailure(.programNotFound, "there is no such program on \(host)\(said)")
        case .failed("directory"):
            return SessionFailure(.badValue, "the working directory does not exist on \(host)\(said)")
        case .failed("spool"):
            return SessionFailure(
                .noShell,
                "\(host) has no place for its spool (the disk is full, or the directory was taken away)\(said)")
        case .failed:
            return SessionFailure(
                .noShell,
                "\(host) has no place for a temporary file (/tmp, /dev/shm, /var/tmp, /run are full or not writable)\(said)"
            )
        case .lost(let state): return lost(state, host)
        case .becoming: return becoming(host, words)
        case .ready, .running, .output, .ended:
            return SessionFailure(.connectionLost, "\(host) ended the command before it began\(said)")
        case .silent:
            let isClosedAccount = words.contains("not available") || exit == 1 && words.isEmpty
            return isClosedAccount
                ? SessionFailure(
                    .accountNotAllowed, "the account may log in to \(host) but run nothing (nologin)\(said)")
                : SessionFailure(
                    .noShell, "no POSIX shell answered on \(host) (code \(exit.map(String.init) ?? "none"))\(said)")
        }
    }

    /// What the spool cannot say.
    private static func lost(_ state: String, _ host: HostName) -> SessionFailure {
        switch state {
        case "revoked":
            return SessionFailure(.notBegun, "it was called off on \(host) before it had begun")
        case "rebooted":
            return SessionFailure(
                .hostRebooted, "\(host) was started anew meanwhile; how far it had come is not known",
                mayHaveStarted: true)
        case "gone":
            return SessionFailure(
                .launcherEnded,
                "what ran on \(host) was ended from outside (its launcher is gone); how it went on is not known",
                mayHaveStarted: true)
        default:
            return SessionFailure(
                .launcherEnded,
                "the spool of \(host) was damaged (nothing is written under the name of this attempt)",
                mayHaveStarted: true)
        }
    }

    /// sudo and su say why only in words.
    private static func becoming(_ host: HostName, _ words: String) -> SessionFailure {
        if words.contains("password is required") || words.contains("a terminal is required") {
            return SessionFailure(
                .sudoPassword,
                "sudo on \(host) wants a password; give becomePassword in the inventory, or allow the account by NOPASSWD"
            )
        }
        if words.contains("incorrect password") || words.contains("Authentication failure")
            || words.contains("Sorry, try again")
        {
            return SessionFailure(.becomeFailed, "the password for sudo or su on \(host) is wrong")
        }
        if words.contains("not in the sudoers") || words.contains("not allowed") || words.contains("may not run") {
            return SessionFailure(
                .accountNotAllowed, "\(host) does not allow that account to be used; it said: \(words)")
        }
        if words.contains("unknown user") || words.contains("does not exist") {
            return SessionFailure(.accountNotAllowed, "there is no such account on \(host); it said: \(words)")
        }
        return SessionFailure(.becomeFailed, "the account could not be changed on \(host); it said: \(words)")
    }
}
