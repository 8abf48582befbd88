// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Definitions
import Engine
import Foundation
import Model
import TaskKit

// What commands read before they work. What is wrong but does no harm is said on standard error; all else ends the command.

/// Reads every playbook, or only one with those it calls.
///
/// With all of them, one that cannot be read is left out and the person is told so: a mistake in one playbook must not take
/// the others away. With one, every problem of it and of those it calls ends the command.
///
/// With `registry`, task types look at the tasks of a playbook with problems, too.
func loadJobs(_ options: CommonOptions, only job: JobID? = nil, registry: TaskTypeRegistry? = nil) throws -> JobLibrary
{
    let directories = try playbookDirectories(options)
    guard let job else {
        let (library, problems) = PlaybookLibrary.load(directories: directories)
        sayUnread(problems)
        return library
    }
    let (library, problems) = PlaybookLibrary.read(job: job, directories: directories, check: registry?.problems)
    return try usable(library, problems)
}

/// The directories of playbooks; there must be one.
func playbookDirectories(_ options: CommonOptions) throws -> [String] {
    let directories =
        try served(options.playbooks, options.data, \.playbooks)
        ?? Surroundings.shipped(options.playbooks, variable: "FIRSTLINE_PLAYBOOKS", "Playbooks")
    guard directories.isEmpty else { return directories }
    throw CommandFailure(.usage, "no playbooks are found; name their directory with --playbooks or FIRSTLINE_PLAYBOOKS")
}

/// Reads the inventory that is named, or else the configured one.
func loadInventory(_ options: SelectionOptions, _ common: CommonOptions) throws -> Inventory {
    guard let file = try options.inventory ?? configuredInventory(common) else {
        throw CommandFailure(
            .usage,
            "there is no inventory; name its file with -i or FIRSTLINE_INVENTORY, or write \(Surroundings.usualInventory)"
        )
    }
    let format = try inventoryFormat(options.inventoryFormat)
    let reader = InventoryReader(home: Surroundings.home)
    guard file == "-" else {
        let (inventory, problems) = reader.read(path: file, format: format)
        if problems.errors.contains(where: { $0.place == nil }), !FileManager.default.fileExists(atPath: file) {
            throw CommandFailure(.usage, "the inventory \(file) does not exist; name another with -i")
        }
        return try usable(inventory, problems)
    }
    let (inventory, problems) = reader.read(try content(of: "-"), file: "standard input", format: format)
    return try usable(inventory, problems)
}

/// The inventory that is read where none is named: the server's, or else the configured one.
func configuredInventory(_ options: CommonOptions) throws -> String? {
    if let info = try RunningServer.info(options.data) { return info.inventory }
    return Surroundings.configuredInventory
}

private func inventoryFormat(_ name: String?) throws -> InventoryFormat {
    guard let name else { return .auto }
    if let format = InventoryFormat(rawValue: name) { return format }
    let known = InventoryFormat.allCases.map(\.rawValue)
    let hint = didYouMean(name, among: known, orElse: "it is one of \(known.joined(separator: ", "))")
    throw CommandFailure(.usage, "'\(name)' is no form of an inventory; \(hint)")
}

/// The windows and freezes of the schedules that are configured.
func loadGate(_ options: CommonOptions) throws -> ChangeGate {
    ChangeGate(try ScheduleOptions.parse([]).windows(options))
}

/// The task types that ship and the external ones; a folder that is no task type, or whose name is taken, is left out.
func loadRegistry(_ options: CommonOptions) throws -> TaskTypeRegistry {
    let wiring = try Wiring.required()
    // Programs there are started in their own folders, so that a relative path would lead nowhere.
    let directories =
        (try served(options.plugins, options.data, \.plugins)
        ?? Surroundings.shipped(options.plugins, variable: "FIRSTLINE_PLUGINS", "Plugins"))
        .map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    let (external, problems) = wiring.externalTaskTypes(directories)
    for problem in problems.all { say(problem.description) }
    var types = wiring.taskTypes
    for type in external {
        if types.contains(where: { $0.name == type.name }) {
            say("warning: an external task type is left out: there is a task type \(type.name) already")
        } else {
            types.append(type)
        }
    }
    do throws(RegistryError) {
        return try TaskTypeRegistry(types)
    } catch {
        throw CommandFailure(.internalError, error.description)
    }
}

// MARK: Parts

/// The files of the server that has the store open, unless others are named.
func served(_ given: [String], _ data: String?, _ files: (ServerInfo) -> [String]) throws -> [String]? {
    given.isEmpty ? try RunningServer.info(data).map(files) : nil
}

/// What was read, unless something in it is wrong.
func usable<Content>(_ content: Content, _ problems: Problems) throws -> Content {
    if problems.hasErrors { throw CommandFailure(problems) }
    for problem in problems.all { say(problem.description) }
    return content
}

/// Reads every playbook; the problems say why one is left out, or a directory is.
func readJobs(_ options: CommonOptions) throws -> (JobLibrary, Problems) {
    PlaybookLibrary.load(directories: try playbookDirectories(options))
}

private func sayUnread(_ problems: Problems) {
    for problem in problems.all where problem.place == nil { say(problem.description) }
    let files = Set(problems.errors.compactMap(\.place?.file)).count
    guard files > 0 else { return }
    let what = files == 1 ? "is left out, for it has a mistake" : "are left out, for they have mistakes"
    say("warning: \(amount(files, "playbook")) \(what); 'firstline job validate' shows what is wrong")
}
