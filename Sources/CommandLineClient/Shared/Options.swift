// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Definitions
import Model
import Planning

/// Options that every command has.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Directory of the store.", discussion: "Default: $FIRSTLINE_DATA, else $XDG_STATE_HOME/firstline.",
            valueName: "dir"), completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Directory of playbooks; may be given several times.",
            discussion: "Default: $FIRSTLINE_PLAYBOOKS (colons between), else those that ship.", valueName: "dir"),
        completion: .directory)
    var playbooks: [String] = []

    @Option(
        help: ArgumentHelp(
            "Directory of external task types; may be given several times.",
            discussion: "Default: $FIRSTLINE_PLUGINS (colons between), else those that ship.", valueName: "dir"),
        completion: .directory)
    var plugins: [String] = []

    @Option(
        help: ArgumentHelp("Language of titles and messages: en, ko or ja. Default: $LANG.", valueName: "code"),
        completion: .list(Language.allCases.map(\.rawValue)))
    var lang: String?

    @Option(name: [.short, .long], help: "Form of the output: table, wide, json, jsonl, yaml, csv or name.")
    var output: OutputFormat = .table

    @Flag(help: "The same as --output json.")
    var json = false

    var format: OutputFormat { json ? .json : output }

    var language: Language {
        let wanted =
            lang ?? Surroundings.variable("LC_ALL") ?? Surroundings.variable("LC_MESSAGES") ?? Surroundings.variable(
                "LANG") ?? "en"
        return Language(rawValue: String(wanted.prefix(2))) ?? .english
    }

    mutating func validate() throws {
        guard let lang, Language(rawValue: lang) == nil else { return }
        throw ValidationError("--lang must be en, ko or ja, not '\(lang)'")
    }
}

/// Options that name hosts.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Inventory: a file (YAML, Ansible INI/YAML/JSON, ssh_config, CSV, list) or - for a list on standard input.",
            discussion: "Default: $FIRSTLINE_INVENTORY, else $XDG_CONFIG_HOME/firstline/inventory.yaml.",
            valueName: "file"), completion: .file())
    var inventory: String?

    @Option(
        help: ArgumentHelp("Form of the inventory, where it is not told by its name and content.", valueName: "form"),
        completion: .list(InventoryFormat.allCases.map(\.rawValue)))
    var inventoryFormat: String?

    @Option(
        name: [.customLong("on"), .customShort("l"), .customLong("limit"), .customLong("hosts")],
        help: ArgumentHelp(
            "Which hosts: web[01-20], 'db*', group=web, service=shop, 'software=tomcat>=9', label.env=prod, web01/wf14_11, all; "
                + "joined by and, or, not.", valueName: "selection"), completion: .custom(Completion.hosts))
    var on: String?

    @Option(help: ArgumentHelp("Which of those not.", valueName: "selection"), completion: .custom(Completion.hosts))
    var except: String?
}

/// Options that name hosts of the configured inventory.
struct TargetOptions: ParsableArguments {
    @Option(
        name: [.customLong("on"), .customShort("l")],
        help: ArgumentHelp("Which hosts, as with 'firstline run'.", valueName: "selection"),
        completion: .custom(Completion.hosts))
    var on: String?

    @Option(help: ArgumentHelp("Which of those not.", valueName: "selection"), completion: .custom(Completion.hosts))
    var except: String?
}

/// Options that give values to a job.
struct ValueOptions: ParsableArguments {
    @Option(
        name: [.customShort("e"), .customLong("var"), .customLong("extra-vars")],
        help: ArgumentHelp(
            "A parameter's value, or @file.yaml with several; may be given several times.", valueName: "name=value"))
    var values: [String] = []

    @Option(
        help: ArgumentHelp("Read values as YAML from a file, or from standard input with -.", valueName: "file"),
        completion: .file())
    var varsFrom: String?

    var isEmpty: Bool { values.isEmpty && varsFrom == nil }
}
