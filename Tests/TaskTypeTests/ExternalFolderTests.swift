// SPDX-License-Identifier: Apache-2.0

import Definitions
import ExternalTasks
import Foundation
import Model
import TaskKit
import TaskKitTesting
import Testing

private let good = """
    protocol: 1
    name: Sample
    summary: A sample.
    runs: host
    program: run.sh
    effect: check

    """

/// A line of the manifest, what it is replaced by, and a part of the problem.
private let mistakes: [(String, String, String)] = [
    ("protocol: 1", "protocol: 2", "protocol: must be 1"), ("protocol: 1", "", "protocol: must be 1"),
    ("name: Sample", "name: Other", "the folder's name"),
    ("name: Sample", "name: ../Sample", "letters and digits"), ("name: Sample", "", "name: is missing"),
    ("summary: A sample.", "", "summary: is missing"),
    ("runs: host", "runs: server", "must be one of host, controller"), ("runs: host", "", "runs: is missing"),
    ("program: run.sh", "program: ../run.sh", "a file in this folder"),
    ("program: run.sh", "program: /bin/sh", "a file in this folder"),
    ("program: run.sh", "program: none.sh", "cannot be read"),
    ("program: run.sh", "program: ..", "a file in this folder"),
    ("effect: check", "", "effect: is missing"), ("effect: check", "effect: none", "must be one of check, change"),
    ("effect: check", "effect: check\nsecret: x", "secret: is not known"),
    ("effect: check", "effect: check\nenvironment: [a-b]", "cannot be kept"),
    ("effect: check", "effect: check\nenvironment: [LD_PRELOAD]", "cannot be kept"),
    ("effect: check", "effect: check\nparameters: [a]", "must be a map"),
    ("effect: check", "effect: check\nparameters: {a: {type: secret}}", "secrets are not given"),
    ("effect: check", "effect: check\nparameters: {a: {kind: text}}", "is not known"),
    ("effect: check", "effect: check\nparameters: {a: {type: choice}}", "choices"),
    ("effect: check", "effect: check\nparameters: {a: {type: integer, default: x}}", "a whole number"),
    ("effect: check", "effect: check\nparameters: {thresholds: {type: text}}", "by the product itself"),
    ("effect: check", "effect: check\noutputs: {state: {type: text}}", "cannot be an output's name"),
    ("effect: check", "effect: check\noutputs: {a: {type: blob}}", "must be one of"),
    ("effect: check", "effect: [", ""), ("protocol: 1", "- 1", ""),
    ("effect: check", "effect: check\nname: Sample", ""),
]

@Suite("A folder of an external task type")
struct ExternalFolderTests {
    private func read(_ folder: TestFolder) throws -> any TaskType {
        try ExternalTaskTypes.read(folder: folder.path + "/Sample").type
    }

    private func makeGood(
        _ folder: TestFolder, manifest: String = good, script: String = "#!/bin/sh\n", mode: Int = 0o644
    ) throws {
        try folder.write("Sample/task.yaml", manifest)
        try folder.write("Sample/run.sh", script, mode: mode)
    }

    @Test("is refused when its manifest is wrong, with the place", arguments: mistakes)
    func manifests(line: String, other: String, message: String) throws {
        let folder = try TestFolder()
        try makeGood(folder)
        _ = try read(folder)
        try makeGood(folder, manifest: good.replacingOccurrences(of: line, with: other))
        #expect {
            try read(folder)
        } throws: { error in
            guard let problems = error as? Problems, let first = problems.all.first else { return false }
            return (message.isEmpty || problems.description.contains(message))
                && (first.place != nil || first.message.contains("/Sample"))
        }
    }

    @Test("is refused with all that is wrong with it, from the top down")
    func allAtOnce() throws {
        let folder = try TestFolder()
        let manifest = """
            protocol: 2
            name: Other
            summary: {ko: 하나}
            runs: host
            program: run.sh
            programm: x
            effect: none
            branches: maybe
            environment: [LD_PRELOAD]
            parameters:
              thresholds: {type: text}
              key: {type: secret, hlp: x}
              mode: {type: choice}
              count: {type: integer, default: many, required: perhaps}
            outputs:
              state: {type: text}
              size: {type: blob}
              rate: {typ: number, hlp: x}
            """
        try folder.write("Sample/task.yaml", manifest)
        try folder.write("Sample/run.sh", "echo no first line\n")
        #expect {
            try read(folder)
        } throws: { error in
            let all = (error as? Problems)?.all ?? []
            return all.map(\.path).map { $0.split(separator: "/").suffix(3).joined(separator: "/") } == [
                "protocol", "name", "summary/en", "programm", "effect", "branches", "environment",
                "parameters/thresholds",
                "parameters/key/type", "parameters/key/hlp", "parameters/mode/choices", "parameters/count/default",
                "parameters/count/required", "outputs/state", "outputs/size/type", "outputs/rate/typ",
                "outputs/rate/hlp",
                folder.path.split(separator: "/").suffix(1).joined() + "/Sample/run.sh",
            ]
        }
    }

    @Test("is refused when a byte order mark hides what reads its program")
    func byteOrderMark() throws {
        let folder = try TestFolder()
        try makeGood(folder, manifest: "\u{FEFF}" + good)
        _ = try read(folder)
        try makeGood(folder, script: "\u{FEFF}#!/bin/sh\n")
        #expect {
            try read(folder)
        } throws: { error in
            (error as? Problems)?.all.map(\.message) == [
                "begins with a byte order mark (U+FEFF), which hides its #!; save it as UTF-8 without one"
            ]
        }
    }

    @Test("is refused when others could write it", arguments: ["Sample", "Sample/task.yaml", "Sample/run.sh"])
    func writable(name: String) throws {
        let folder = try TestFolder()
        try makeGood(folder)
        for mode in [0o777, 0o775, 0o757] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path + "/" + name)
            #expect {
                try read(folder)
            } throws: { error in
                (error as? Problems)?.description.contains("can be written by others") ?? false
            }
        }
    }

    @Test("is refused when its program is a link, a folder, too large, or nothing says what reads it")
    func programs() throws {
        let folder = try TestFolder()
        try makeGood(folder, script: "echo no first line\n")
        #expect(throws: Problems.self) { try read(folder) }
        try makeGood(folder, script: "#!/bin/sh\n" + String(repeating: "#\n", count: 600_000))
        #expect(throws: Problems.self) { try read(folder) }
        let program = folder.path + "/Sample/run.sh"
        try FileManager.default.removeItem(atPath: program)
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: "/bin/sh")
        #expect(throws: Problems.self) { try read(folder) }
        try FileManager.default.removeItem(atPath: program)
        try FileManager.default.createDirectory(atPath: program, withIntermediateDirectories: false)
        #expect(throws: Problems.self) { try read(folder) }
    }

    @Test("that is broken is reported and left out; the others are there, and no name is had twice")
    func library() throws {
        let folder = try TestFolder()
        try makeGood(folder)
        for name in ["HOLD", "Second", "Broken"] {
            try folder.write(
                "\(name)/task.yaml", good.replacingOccurrences(of: "Sample", with: name == "Broken" ? "Wrong" : name))
            try folder.write("\(name)/run.sh", "#!/bin/sh\n")
        }
        try folder.write("Docs/README.md", "no plug-in")
        let found = ExternalTaskTypes(in: folder.path, taken: ["HOLD"])
        #expect(found.types.map(\.name) == ["Sample", "Second"])
        #expect(found.problems.all.count == 2)
        #expect(found.problems.description.contains("the name HOLD is taken"))
        #expect(ExternalTaskTypes(in: folder.path + "/none").types.isEmpty)
    }
}

@Suite("DiskUsage")
struct DiskUsageTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Plugins").path

    private func diskUsage() throws -> any TaskType {
        let (type, warnings) = try ExternalTaskTypes.read(folder: Self.folder + "/DiskUsage")
        #expect(warnings.all == [])
        return type
    }

    @Test("is found among the plug-ins and passes their checks")
    func found() throws {
        let found = ExternalTaskTypes(in: Self.folder)
        #expect(found.types.map(\.name) == ["DiskUsage"])
        #expect(found.problems.all.isEmpty)
        let type = try diskUsage()
        let document = YAMLReader().read(Array(type.example.utf8), file: "Example.yaml")
        let with = try #require(document.document?["tasks"]?["example"]?["with"])
        try TaskTypeChecks(type).passAll(examples: [with])
    }

    @Test("measures a real file system")
    func measures() async throws {
        let log = KeptBytes(limit: 1000)
        let result = parts(
            try await runHere(
                diskUsage(), .values(["path": "/", "warning_percent": "100", "error_percent": "101"]), output: log))
        #expect(result.reason == nil)
        #expect(result.report.changed == false)
        guard case .number(let used)? = result.report.outputs["used_percent"],
            case .size(let total)? = result.report.outputs["total_bytes"]
        else {
            Issue.record("the figures are missing: \(result.report)")
            return
        }
        #expect((0...100).contains(used) && total > 0)
        #expect(result.report.summary?.id == "disk-usage")
        #expect(await log.bytes == Array("looking at /\n".utf8))
    }

    @Test("finds what is too full, and never calls OK what it could not look at")
    func findings() async throws {
        let warning = parts(
            try await runHere(diskUsage(), .values(["path": "/", "warning_percent": "0", "error_percent": "101"])))
        #expect(warning.report.level == .warning)
        #expect(warning.report.findings.map(\.code) == ["OS-FS-010", "OS-FS-011"])
        let error = parts(try await runHere(diskUsage(), .values(["path": "/", "error_percent": "0"])))
        #expect(error.reason?.code == "finding")
        let nowhere = parts(try await runHere(diskUsage(), .values(["path": "/no/such/place"])))
        #expect(nowhere.reason == nil)
        #expect(nowhere.report.level == .unknown)
    }

    @Test("refuses what it was not asked for")
    func refuses() throws {
        let type = try diskUsage()
        #expect(checkKeys(.values(["pth": "/"]), type.parameters).map(\.path) == ["pth"], "one mistake, one error")
        #expect(checkKeys(.values(["unit": "GB"]), type.parameters).map(\.path) == ["unit", "path"])
        #expect(throws: ParameterError.self) { try PreparedTask(type, ParameterValues(.values(["path": "var"]))) }
        #expect(throws: ParameterError.self) {
            try PreparedTask(type, ParameterValues(.values(["path": "/", "warning_percent": "x"])))
        }
    }
}
