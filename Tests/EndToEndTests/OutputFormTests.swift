// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The form of output that is asked for", .serialized)
struct OutputFormTests {
    private func list(_ text: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    @Test("gives each line that a step wrote as an object with its target, step and stream")
    func logs() throws {
        let product = try Product(hosts: 2)
        let job = try product.playbook(
            "speak",
            """
            tasks:
              speak: {type: RunProgram, effect: check, with: {script: {text: 'echo one; printf "\\\\377\\\\033[8m\\\\n"; echo "=two, 한글"; printf last; echo oops >&2'}}}
              quiet: {type: RunProgram, effect: check, after: speak, with: {program: /bin/true}}
            """)
        #expect(try product.run("run", job, "--on", "web*").code == 0)
        let json = try list(try product.run("run", "logs", "last", "-o", "json").output)
        #expect(json.count == 10)
        for host in ["web01", "web02"] {
            let lines = json.filter { $0.text("target") == host }
            #expect(lines.allSatisfy { $0.text("step") == "speak" && $0.number("attempt") == 1 })
            #expect(lines.allSatisfy { $0.text("state") == "succeeded" && $0.text("startedAt").hasSuffix("Z") })
            let output = lines.filter { $0.text("stream") == "stdout" }
            #expect(output.map { $0.text("text") } == ["one", "", "=two, 한글", "last"])
            #expect(output.map { $0.text("base64") } == ["", "/xtbOG0=", "", ""])
            #expect(lines.filter { $0.text("stream") == "stderr" }.map { $0.text("text") } == ["oops"])
        }
        let lines = try product.run("run", "logs", "last", "--host", "web02", "-o", "jsonl").output
        #expect(lines.split(separator: "\n").count == 5)
        for line in lines.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?.text("target") == "web02")
        }
        let csv = try product.run("run", "logs", "last", "-o", "csv").output
        #expect(csv.hasPrefix("TARGET,STEP,TRY,STREAM,TEXT,BASE64,CUT BYTES\r\n"))
        #expect(csv.contains("web01,speak,1,stdout,\"'=two, 한글\",,\r\n"), "\(csv)")
        #expect(csv.components(separatedBy: "TARGET,").count == 2)
        let yaml = try product.run("run", "logs", "last", "-o", "yaml").output
        #expect(yaml.contains("  text: \"=two, 한글\"\n") && yaml.contains("  base64: \"/xtbOG0=\"\n"), "\(yaml)")
        #expect(try product.run("run", "logs", "last", "-o", "name").output.hasPrefix("web01 speak\n"))
        let none = try product.run("run", "logs", "last", "--step", "quiet", "-o", "json")
        #expect(none.output == "[\n\n]\n" && none.errors.contains("nothing was written by quiet"), "\(none)")
        let both = try product.run("run", "logs", "last", "--raw", "-o", "json")
        #expect(both.code == 64 && both.errors.contains("--raw gives the bytes as they came"), "\(both)")
        // The bytes are as they came, in a pipe and with --raw.
        let raw = try shell(
            ["/bin/sh", "-c", "\"$0\" run logs last --host web01 --raw | od -An -tx1", Product.program],
            environment: product.environment)
        #expect(raw.output.contains("ff 1b 5b 38 6d 0a"), "\(raw.output)")
    }

    @Test("is kept by commands that do something with a run, and by those that list targets")
    func actions() throws {
        let product = try Product(hosts: 2)
        let server = try RunningServer(product)
        let job = try product.playbook("gate", "tasks:\n  ask: {type: HOLD, with: {message: \"Go on?\"}}\n")
        let client = try product.start("run", job, "--on", "web01", "--quiet")
        try product.wait("it is held") {
            try product.run("run", "get", "last", "-o", "json").output.contains("\"held\"")
        }
        let held = try product.run("run", "hold", "last", "-o", "json")
        #expect(try held.json().text("action") == "hold" && held.errors.isEmpty, "\(held)")
        #expect(try held.json().text("message").contains("is held"))
        let id = try product.run("run", "list", "-o", "name").output
        #expect(try product.run("run", "cancel", "last", "-o", "name").output == id)
        client.waitUntilExit()
        let targets = try product.run("run", job, "--on", "web*", "--list-hosts", "-o", "json")
        #expect(try list(targets.output).map { $0.text("target") } == ["web01", "web02"])
        #expect(try product.run("run", job, "--on", "web*", "--list-hosts").output == "web01\nweb02\n")
        let wrong = try product.run("server", "-o", "json")
        #expect(wrong.code == 64 && wrong.errors.contains("-o goes with the commands that ask it"), "\(wrong)")
        #expect(server.end(SIGTERM) == 0)
        let folder = try product.directory.write("firstline: 1\n", to: "Nothing/task.yaml")
        let invalid = try product.run(
            "task-type", "validate", URL(fileURLWithPath: folder).deletingLastPathComponent().path, "-o", "json")
        #expect(invalid.code == 64)
        #expect(try list(invalid.output).allSatisfy { $0.text("severity") == "error" }, "\(invalid)")
        #expect(try !list(invalid.output).isEmpty)
    }

    @Test(
        "shows in a plan the values of parameters and of the environment, for the targets that have them; secrets stay hidden"
    )
    func plan() throws {
        let product = try Product(
            hosts: 5, trusts: false,
            instances: [
                "{t: {software: tomcat, vars: {base: /opt/a}}}", "{t: {software: tomcat, vars: {base: /opt/b}}}",
            ])
        let job = try product.playbook(
            "values",
            """
            target: {software: tomcat, hosts: true}
            parameters:
              base: {type: path, default: /opt/x, from: inventory}
              password: {type: secret}
              words: {type: list, default: [a, "b c"]}
            tasks:
              act: {type: RunProgram, with: {program: /bin/true, stdin: "${params.password}", environment: {BASE: "${params.base}", TEXT: "it's; $(id)"}}}
            """)
        let words = ["plan", job, "--on", "all", "-e", "password=env:SECRET_SOURCE"]
        let text = try product.run(words)
        let shown = text.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(
            shown.filter { $0.hasPrefix("with ") } == [
                "with base=/opt/a on web01/t", "with base=/opt/b on web02/t",
                "with base=/opt/x on web03, web04, web05", "with password='•••'", "with words='[a, b c]'",
            ], "\(text)")
        #expect(
            shown.filter { $0.hasPrefix("environment ") } == [
                "environment TEXT='it'\\''s; $(id)'", "environment BASE=/opt/a on web01/t",
                "environment BASE=/opt/b on web02/t", "environment BASE=/opt/x on web03, web04, web05",
            ], "\(text)")
        #expect(!text.output.contains("SECRET_SOURCE"))
        let csv = try product.run(words + ["-o", "csv"]).output
        #expect(csv.hasPrefix("STEP,TYPE,EFFECT,TARGET,ACCOUNT,ACTION,SCRIPT,ENVIRONMENT"))
        #expect(csv.contains("web01/t,,") && csv.contains("BASE=/opt/a TEXT="), "\(csv)")
        let json = try product.run(words + ["-o", "json"]).output
        #expect(!json.contains("\"_0\""))
        // A host without an instance is a warning on standard error, and the plan is made.
        let strict = try product.playbook(
            "strict", "target: tomcat\ntasks:\n  act: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        let planned = try product.run("plan", strict, "--on", "all")
        #expect(
            planned.code == 0
                && planned.errors.contains("3 without one are left out: web03, web04, web05"), "\(planned)")
        #expect(try product.run("plan", strict, "--on", "web01,web03").code == 64)
        let listed = try product.run("plan", strict, "--on", "all", "--list-hosts").output
        #expect(listed == "web01/t\nweb02/t\n")
    }

    @Test("calls a run in which a check could not look NOT CHECKED in the list, and says so to programs")
    func notChecked() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook(
            "look",
            """
            messages: {cannot: {en: cannot look}, slow: {en: slow}}
            tasks:
              look: {type: RunProgram, effect: check, with: {script: {text: 'echo "finding unknown cannot" >>"$FIRSTLINE_OUTPUT"'}}}
              then: {type: RunProgram, effect: check, with: {script: {text: 'echo "finding warning slow" >>"$FIRSTLINE_OUTPUT"'}}}
            """)
        let run = try product.run("run", job, "--on", "all", "--quiet")
        #expect(run.code == 4 && run.output.contains("NOT CHECKED"), "\(run)")
        #expect(rows(of: try product.run("run", "list").output).first?.contains(" | NOT CHECKED | ") == true)
        #expect(try product.run("run", "list", "-o", "csv").output.contains(",NOT CHECKED,"))
        let row = try #require(try list(try product.run("run", "list", "-o", "json").output).first)
        #expect(row.text("state") == "succeeded" && row.text("level") == "unknown")
    }
}
