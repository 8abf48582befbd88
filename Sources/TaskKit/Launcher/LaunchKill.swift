// SPDX-License-Identifier: Apache-2.0

import Model

/// Ends everything an attempt started, by a script on its host.
package enum LaunchKill {
    /// The script, as the account the attempt runs as.
    ///
    /// - Parameters:
    ///   - command: The attempt's command.
    ///   - request: The request it was sent as.
    ///   - tag: The attempt's id.
    ///   - pid: The process id its launcher reported, if it did.
    ///   - grace: The time between TERM and KILL.
    /// - Returns: What is to be run.
    package static func command(
        ending command: Command, _ request: LaunchRequest, tag: String, pid: Int?, grace: Duration
    ) -> Command {
        var killer = Command("/bin/sh", ["-c", LaunchText.killScript])
        killer.account = command.account
        killer.become = command.become
        killer.standardInput = request.killing(tag, pid: pid, grace: grace)
        return killer
    }

    /// How the attempt ended, from how the script did and what it said; nil = it could not be run.
    package static func ending(_ execution: Execution?, said bytes: [UInt8]) -> Execution {
        guard let execution, execution.exit != .code(0) else {
            return Execution(exit: .killed(completely: execution != nil))
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        return Execution(exit: .killed(completely: false), remains: printable(lines.joined(separator: ", ")))
    }
}
