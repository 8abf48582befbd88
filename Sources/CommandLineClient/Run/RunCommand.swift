// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `firstline run …`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a job on hosts, and look after runs.",
        discussion: """
            'firstline run <job> --on <hosts>' is short for 'firstline run start'. A run is named by its id, a part of it that \
            is enough to know it by, or 'last'.
            """,
        subcommands: [
            RunStart.self, RunList.self, RunGet.self, RunLogs.self, RunFollow.self, RunCancel.self, RunHold.self,
            RunRelease.self,
            RunRework.self, RunSetOK.self, RunSkip.self, RunProbe.self, RunKill.self,
            RunOutliersCommand.self, RunDiffCommand.self,
        ], defaultSubcommand: RunStart.self)
}
