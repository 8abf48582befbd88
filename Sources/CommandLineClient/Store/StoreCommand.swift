// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Definitions
import Foundation
import Model
import Storage

/// `firstline store …`.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Copy, restore, check and purge what firstline keeps of its runs.",
        subcommands: [StoreBackup.self, StoreRestore.self, StoreCheck.self, StorePurge.self])
}

/// `firstline store backup <file>`.
struct StoreBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the store into one file, also while runs go on.")

    @Argument(help: "The new file.", completion: .file())
    var file: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (care, directory) = try storeCare(common)
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        try StorePlace.refuse(PathTrust(isStrict: false, maySticky: true).weakness(of: folder))
        let condition = try await storeCall { () async throws(StoreError) in
            try await care.backUp(directory: directory, to: file)
        }
        guard !common.format.isForPrograms else {
            return put(
                try Sheet(item: StoreCopy(file, condition), name: file) { _ in [] }.text(common.format), common.format)
        }
        let language = common.language
        say(
            Phrases.text("copied to {file}: {what}", language, ["file": file, "what": condition.words(language)]))
    }
}

/// `firstline store restore <file>`.
struct StoreRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a copy in place of the store; the old one is kept beside it.",
        discussion: """
            Runs that went on after the copy was made are not known then. What they left on hosts stays in the hosts' spools, \
            and is never begun again.
            """)

    @Argument(help: "A file made by 'firstline store backup'.", completion: .file())
    var file: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (care, directory) = try storeCare(common)
        try StorePlace.refuse(PathTrust(isStrict: true).weakness(of: file))
        let (condition, old) = try await storeCall { () async throws(StoreError) in
            try await care.restore(directory: directory, from: file)
        }
        guard !common.format.isForPrograms else {
            let copy = StoreCopy(file, condition, before: old)
            return put(try Sheet(item: copy, name: directory) { _ in [] }.text(common.format), common.format)
        }
        let language = common.language
        say(
            Phrases.text("restored from {file}: {what}", language, ["file": file, "what": condition.words(language)]))
        if let old { say(Phrases.text("what was there before is {path}", language, ["path": old])) }
    }
}

/// `firstline store check`.
struct StoreCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read the whole store and prove that it is not damaged.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (care, directory) = try storeCare(common)
        let condition = try await storeCall { () async throws(StoreError) in
            try await care.check(directory: directory)
        }
        switch common.format {
        case .json: put(try Encoding.json(condition))
        case .jsonl: put(try Encoding.line(condition))
        case .yaml: put(try Encoding.yaml(condition))
        case .csv:
            put(CSV.text([["runs", "steps", "bytes", "format"], condition.numbers.map(String.init)]), .csv)
        case .table, .wide, .name:
            let (language, what) = (common.language, condition.words(common.language))
            put(Phrases.text("{store} is whole: {what}", language, ["store": directory, "what": what]) + "\n")
        }
    }
}

/// What a copy holds, as programs read it.
private struct StoreCopy: Encodable, Sendable {
    let file: String
    /// Where the store is that was there before it was restored.
    let before: String?
    let runs: Int
    let steps: Int
    let bytes: Int
    let format: Int

    init(_ file: String, _ condition: StoreCondition, before: String? = nil) {
        self.file = file
        self.before = before
        (runs, steps) = (condition.runs, condition.steps)
        (bytes, format) = (condition.bytes, condition.format)
    }
}

func storeCare(_ common: CommonOptions) throws -> (any StoreCare, directory: String) {
    guard let care = try Wiring.required().storeCare else {
        throw CommandFailure(.internalError, "this store is not kept in files")
    }
    // A server that commands ask has its own store.
    if let directory = try RunningServer.info(common.data)?.data { return (care, directory) }
    let directory = Surroundings.dataDirectory(common.data)
    try StorePlace.check(directory)
    return (care, directory)
}

extension StoreCondition {
    fileprivate func words(_ language: Language) -> String {
        guard language != .english else {
            return "\(amount(runs, "run")), \(amount(steps, "step")), \(amount(bytes, "byte")), format \(format)"
        }
        return Phrases.text(
            "{runs} runs, {steps} steps, {bytes} bytes, format {format}", language,
            ["runs": String(runs), "steps": String(steps), "bytes": String(bytes), "format": String(format)])
    }
    fileprivate var numbers: [Int] { [runs, steps, bytes, format] }
}
