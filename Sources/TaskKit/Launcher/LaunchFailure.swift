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
    ///   - hasPassword: Whether there was a password for sudo or su.
    ///   - words: What the host wrote, without control characters.
    /// - Returns: A failure that says the program was not started.
    package static func explain(
        _ stage: LaunchReader.Stage, exit: Int?, host: HostName, hasPassword: Bool, words: String
    ) -> SessionFailure {
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
                "\(host) has no place for a temporary file (/tmp, /dev/shm, /var/tmp and /run are full, not writable, or "
                    + "open to others without the sticky bit)\(said)"
            )
        case .lost(let state): return lost(state, host)
        case .becoming(let become): return becoming(become, host, hasPassword, words)
        case .greeted, .ready, .running, .output, .ended:
            return SessionFailure(.connectionLost, "\(host) ended the command before it began\(said)")
        case .silent: return silent(exit, host, said, words)
        }
    }

    /// Something else than the launcher answered.
    private static func silent(_ exit: Int?, _ host: HostName, _ said: String, _ words: String) -> SessionFailure {
        if words.contains("not available") || exit == 1 && words.isEmpty {
            return SessionFailure(
                .accountNotAllowed, "the account may log in to \(host) but run nothing (nologin)\(said)")
        }
        switch exit {
        case 0:
            return SessionFailure(
                .noShell,
                "on \(host) a start-up file of the log-in shell starts another shell or ends it, so nothing was run; "
                    + "\(remedy)\(said)")
        case 124:
            return SessionFailure(
                .noShell,
                "on \(host) a start-up file of the log-in shell read what was meant for the launcher, so nothing was run; "
                    + "\(remedy)\(said)")
        default:
            return SessionFailure(
                .noShell, "no POSIX shell answered on \(host) (code \(exit.map(String.init) ?? "none"))\(said)")
        }
    }

    private static let remedy =
        "let it (.bashrc, .zshenv, .tcshrc …) ask and start something only where there is a terminal (`test -t 0`)"

    /// What to tell when the host was given the time for a log-in and the program was not started.
    package static func late(
        _ stage: LaunchReader.Stage, limit: Duration, host: HostName, words: String
    ) -> SessionFailure {
        let said = words.isEmpty ? "" : "; it said: \(words)"
        guard stage == .silent else {
            return SessionFailure(
                .startTimeout, "\(host) did not start the command within \(limit.written)\(said)")
        }
        return SessionFailure(
            .startTimeout,
            "\(host) did not start the launcher within \(limit.written), so nothing was run; if a start-up file of the log-in "
                + "shell waits for an answer: \(remedy)\(said)")
    }

    /// Why a host can keep no spool, from the launcher's word and the path it is about; nil where none is needed.
    static func spoolRefusal(_ words: Substring) -> String? {
        let path = words.drop { $0 != " " }.dropFirst()
        return switch words.prefix(while: { $0 != " " }) {
        case "open":
            "others may write in \(path), and exchange what is run there; take that right away (chmod go-w) or set the sticky "
                + "bit (chmod +t)"
        case "foreign": "\(path) belongs to another account"
        case "barred": "\(path) is a link, or cannot be made or entered"
        case "logind": "systemd-logind ends there all that a log-in started (KillUserProcesses)"
        default: nil
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
    private static func becoming(
        _ become: Become, _ host: HostName, _ hasPassword: Bool, _ words: String
    ) -> SessionFailure {
        if words.contains("unknown user") || words.contains("does not exist") {
            return SessionFailure(.accountNotAllowed, "there is no such account on \(host); it said: \(words)")
        }
        if become == .su, !hasPassword {
            return SessionFailure(
                .sudoPassword,
                "su on \(host) wants the password of the account; give becomePassword in the inventory; it said: \(words)"
            )
        }
        if words.contains("password is required") || words.contains("a terminal is required") {
            return SessionFailure(
                .sudoPassword,
                "sudo on \(host) wants a password; give becomePassword in the inventory, or let sudoers allow the account "
                    + "`NOPASSWD: ALL`, or at least `NOPASSWD: /bin/sh`: all work is started through it, so a rule for single "
                    + "programs is not enough")
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
        return SessionFailure(.becomeFailed, "the account could not be changed on \(host); it said: \(words)")
    }
}
