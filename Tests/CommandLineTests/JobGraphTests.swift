// SPDX-License-Identifier: Apache-2.0

import Definitions
import Foundation
import Model
import TaskKit
import Testing

@testable import CommandLineClient

@Suite("firstline job graph")
struct JobGraphTests {
    @Test("a flow is drawn as it is stored", arguments: Cases.names(in: "Pictures", ending: ".yaml"))
    func picture(file: String) throws {
        let (job, problems) = PlaybookReader.read(path: Cases.path("Pictures/" + file), id: "a.b")
        let flow = FlowReader(library: JobLibrary(), registry: try TaskTypeRegistry(StandInTask.all))
        let trees = FlowTree.trees(of: try #require(job, "\(problems)"), flow)
        let lines = FlowPicture.lines(FlowGraph(trees, opensCalls: false), .korean)
        try Cases.expect(lines.joined(separator: "\n") + "\n", is: "Pictures/" + file.replacing(".yaml", with: ".txt"))
    }

    @Test("a job is drawn in every form", arguments: ["picture", "dot", "mermaid"], [[], ["--open"]])
    func forms(form: String, options: [String]) async throws {
        let ended = await Bench().run(["job", "graph", "ops.rolling", "--format", form] + options)
        #expect(ended.status == 0)
        try Cases.expect(
            form == "picture" ? PlainPicture.text(ended.data) : ended.data,
            is: "Answers/job-graph\(options.joined()).\(form)")
    }

    @Test(
        "Graphviz can draw it", .enabled(if: Graphviz.program != nil, "dot of Graphviz is not installed"),
        arguments: [[], ["--open"]])
    func graphviz(options: [String]) async throws {
        let ended = await Bench().run(["job", "graph", "ops.rolling", "--format", "dot", "--lang", "ko"] + options)
        let picture = try Graphviz.svg(of: ended.data)
        #expect(picture.contains("</svg>"))
        #expect(picture.contains("ERROR"))
    }

    @Test("programs get steps and links", arguments: ["json", "yaml", "csv", "name"])
    func programs(form: String) async throws {
        let ended = await Bench().run("job", "graph", "os.incident.triage", "-o", form)
        try Cases.expect(ended.data, is: "Answers/job-graph.\(form)")
    }

    @Test("a terminal without box signs gets plain ones")
    func plain() async {
        let ended = await Bench().run("job", "graph", "mw.nginx.restart", "--ascii")
        #expect(ended.data.utf8.allSatisfy { $0 < 0x80 })
        #expect(ended.data.contains("| > mw.nginx.stop"))
    }

    @Test("signs of the languages themselves are escaped")
    func escaped() {
        let task = JobTask(name: "end", type: "RunProgram")
        var odd = task
        odd.title = "say \"yes\" <b> & \\n #1"
        let step = FlowStep(task: odd, links: [], effect: .check, placement: .each, call: nil)
        let graph = FlowGraph([FlowTree(step: step, path: "end", inner: [])], opensCalls: false)
        let dot = DotText(graph: graph, title: "t\"", language: .english).text
        #expect(dot.contains(#""end" [label="end\nsay \"yes\" <b> & \\n #1\nRunProgram\ncheck"];"#))
        #expect(dot.hasPrefix(#"digraph "t\"" {"#))
        let mermaid = MermaidText(graph: graph, title: "t\"", language: .english).text
        #expect(mermaid.contains(#"n0["end<br>say #quot;yes#quot; #lt;b#gt; #amp; \n #35;1<br>RunProgram<br>check"]"#))
    }
}

/// The program that draws DOT, if it is installed.
private enum Graphviz {
    static let program: String? = ["/usr/bin/dot", "/usr/local/bin/dot"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static func svg(of text: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program ?? "")
        process.arguments = ["-Tsvg"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
