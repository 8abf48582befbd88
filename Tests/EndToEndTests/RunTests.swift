// SPDX-License-Identifier: Apache-2.0

import Foundation
import TaskKitTesting
import TestSupport
import Testing

@Suite("Running a job on hosts", .serialized)
struct RunTests {
    @Test("each host has its own proven result, log and outputs; the exit code says how many failed")
    func results() throws {
        let product = try Product()
        let job = try product.playbook(
            "mixed",
            """
            messages: {done: {en: "did {what}"}}
            tasks:
              act:
                type: RunProgram
                with:
                  script: {text: 'echo "on $HOST"; echo "value n=7" >>"$FIRSTLINE_OUTPUT"; echo "summary done what=it" >>"$FIRSTLINE_OUTPUT"; [ "$HOST" != web02 ]'}
                  environment: {HOST: "${host.name}"}
                  outputs: {n: {type: integer}}
              next: {type: RunProgram, with: {program: /bin/echo, arguments: ["n is ${steps.act.n}"]}}
            """)
        let ended = try product.run("run", job, "--on", "all", "-o", "json")
        #expect(ended.code == 2, "\(ended.errors)")
        let document = try ended.json()
        #expect(document.part("run").text("state") == "failed")
        #expect(document.part("run").part("counts").number("succeeded") == 2)
        #expect(document.targets.map { $0.text("state") } == ["succeeded", "failed", "succeeded"])
        let failed = document.targets[1].steps
        #expect(failed.map { $0.text("state") } == ["failed", "skipped"])
        #expect(failed[0].text("reason") == "exit-code")
        #expect(failed[0].number("exitCode") == 1)
        let good = document.targets[0].steps
        #expect(good[0].text("summary") == "did it")
        #expect(good[0].part("outputs").number("n") == 7)
        #expect(try product.run("run", "logs", "last", "--host", "web01", "--raw").output == "on web01\nn is 7\n")
        let again = try product.run("run", "get", document.part("run").text("id"), "-o", "json")
        #expect(again.output == ended.output)
        #expect(again.code == 0)
    }

    @Test("the odd host out is shown, and what changed since an earlier run, as tables people read")
    func compared() throws {
        let product = try Product(hosts: 4)
        let job = try product.playbook(
            "version",
            """
            parameters: {odd: {type: text}, fails: {type: text}}
            tasks:
              read:
                type: RunProgram
                effect: check
                with:
                  script: {text: 'if [ "$HOST" = "$ODD" ]; then echo "nginx/1.20.1"; else echo "nginx/1.22.1"; fi; echo "pid $$"; [ "$HOST" != "$FAILS" ]'}
                  environment: {HOST: "${host.name}", ODD: "${params.odd}", FAILS: "${params.fails}"}
            """)
        #expect(try product.run("run", job, "--on", "all", "-e", "odd=web03", "-e", "fails=no", "--quiet").code == 0)
        let outliers = try product.run("run", "outliers", "last")
        #expect(outliers.code == 1)
        #expect(
            outliers.output == """
                STEP  COUNT  ODD  TARGETS            WHAT
                read  1      yes  web03              nginx/1.20.1
                read  3      no   web01 web02 web04

                """)
        #expect(try product.run("run", job, "--on", "all", "-e", "odd=no", "-e", "fails=web01", "--quiet").code == 2)
        let diff = try product.run("run", "diff", "last", "--against", "last-good")
        #expect(diff.code == 1)
        let lines = diff.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            lines.dropFirst() == [
                "TARGET STEP KIND NEW GONE",
                "web01 read state failed, exit code 1 (exit-code) succeeded",
                "web03 read line nginx/1.22.1", "web03 read line nginx/1.20.1",
            ], "\(diff.output)")
    }

    @Test("ten thousand hostile values reach real programs byte for byte, and nothing else is executed")
    func values() throws {
        let product = try Product(hosts: 1)
        let witness = product.directory.path + "/witness"
        let values = (0..<10_000).map { number in
            TaintedText.random().filter { $0 != "\u{0}" }
                + (number % 50 == 0 ? "$(touch \(witness))`touch \(witness)`;touch \(witness)" : "")
        }
        // Each value is a parameter of a job of its own; they travel in portions, as arguments and as environment.
        let count = 250
        let names = (0..<count).map { "p\($0)" }
        let parameters = names.map { "  \($0): {type: text}" }.joined(separator: "\n")
        let arguments = names.map { "\"${params.\($0)}\"" }.joined(separator: ", ")
        let job = try product.playbook(
            "echo",
            """
            parameters:
            \(parameters)
            tasks:
              say:
                type: RunProgram
                with:
                  program: /bin/sh
                  arguments: ["-c", "printf '%s\\\\035' \\"$@\\"; printf '%s\\\\034' \\"$FIRST\\"", "sh", \(arguments)]
                  environment: {FIRST: "${params.p0}"}
            """)
        for start in stride(from: 0, to: values.count, by: count) {
            let portion = Array(values[start..<start + count])
            let given = Dictionary(uniqueKeysWithValues: zip(names, portion))
            // YAML, as which the file is read, takes no bare delete character.
            let text = String(decoding: try JSONSerialization.data(withJSONObject: given), as: UTF8.self)
            let file = try product.directory.write(
                text.replacingOccurrences(of: "\u{7F}", with: "\\u007F"), to: "values.json")
            let ended = try product.run("run", job, "--on", "web01", "-e", "@" + file, "-o", "name", "--quiet")
            #expect(ended.code == 0, "\(ended.errors)")
            let log = try product.run("run", "logs", "last", "--raw").output
            let expected = portion.map { $0 + "\u{1D}" }.joined() + portion[0] + "\u{1C}"
            let isWhole = Array(log.utf8) == Array(expected.utf8)
            #expect(isWhole, "portion \(start / count) came back altered")
        }
        #expect(!FileManager.default.fileExists(atPath: witness))
    }

    @Test(
        "a host that sends a flood of lines, escapes and bytes that are no text harms nobody; its log keeps head and tail"
    )
    func flood() throws {
        let product = try Product()
        let job = try product.playbook(
            "flood",
            """
            tasks:
              write:
                type: RunProgram
                effect: check
                with:
                  script: {text: '[ "$HOST" = web02 ] || exit 0; echo first; yes "line" | head -c 30000000; printf "\\033[2J\\377\\376"; echo last'}
                  environment: {HOST: "${host.name}"}
            """)
        let ended = try product.run("run", job, "--on", "all", "-o", "json")
        #expect(ended.code == 0, "\(ended.errors)")
        let log = try ended.json().targets[1].steps[0].part("log")
        #expect(log.number("bytes") > 30_000_000)
        #expect(log.number("cut") > 15_000_000)
        let raw = try product.run("run", "logs", "last", "--host", "web02")
        #expect(
            raw.output.contains("first\nline\n") && raw.output.contains("last\n")
                && raw.output.contains("bytes were cut here"))
    }

    @Test("a condition over earlier outcomes chooses the way, and a task type in another language is a task like any")
    func conditions() throws {
        let product = try Product(hosts: 2)
        let job = try product.playbook(
            "choose",
            """
            tasks:
              look: {type: DiskUsage, with: {path: /tmp}}
              when: {type: Condition, with: {when: "steps.look.used_percent >= 0 and host.name == 'web01'"}}
              yes: {type: RunProgram, after: when, with: {program: /bin/true}}
              no: {type: RunProgram, after: {when: error}, with: {program: /bin/true}}
            """)
        let ended = try product.run("run", job, "--on", "all", "-o", "json")
        #expect(ended.code == 0, "\(ended.errors)")
        let states = try ended.json().targets.map { $0.steps.map { $0.text("state") } }
        #expect(
            states == [
                ["succeeded", "succeeded", "succeeded", "skipped"], ["succeeded", "succeeded", "skipped", "succeeded"],
            ])
    }

    @Test("a byte order mark in a value reaches the program as it was given, and is no part of a file of values")
    func byteOrderMark() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook(
            "mark",
            """
            parameters: {v: {type: text}}
            tasks:
              read:
                type: RunProgram
                with:
                  script:
                    text: |
                      printf '%s' "$V$1" | od -An -tx1 | tr -d ' \\n'
                  environment: {V: "${params.v}"}
                  arguments: ["${params.v}"]
            """)
        let mark = "\u{FEFF}"
        for (words, input, bytes) in [
            (["-e", "v=\(mark)x"], "", "efbbbf78"), (["-e", "@-"], "\(mark)v: x\n", "78"),
            (["-e", "@-"], "v: \(mark)x\n", "efbbbf78"), (["-e", "@-"], "v: \"\\ufeffx\"\n", "efbbbf78"),
            (["--vars-from", "-"], "\(mark){\"v\": \"\(mark)x\"}", "efbbbf78"),
        ] {
            let ended = try product.run(["run", job, "--on", "all", "--yes", "--quiet"] + words, input: input)
            #expect(ended.code == 0, "\(ended.errors)")
            #expect(try product.run("run", "logs", "last", "--raw").output == bytes + bytes, "\(words) \(input)")
        }
    }

    @Test("the time limit ends the work on the host, and bypass leaves it running and goes on")
    func limits() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook(
            "slow",
            """
            tasks:
              leave: {type: RunProgram, timeLimit: 1s, onTimeLimit: bypass, with: {program: /bin/sleep, arguments: ["4"]}}
              kill: {type: RunProgram, timeLimit: 1s, with: {program: /bin/sleep, arguments: ["300"]}}
            """)
        let ended = try product.run("run", job, "--on", "web01", "-o", "json")
        #expect(ended.code == 2)
        let steps = try ended.json().targets[0].steps
        #expect(steps.map { $0.text("state") } == ["succeeded", "failed"])
        #expect(steps[1].text("reason") == "time-limit")
    }

    @Test("retries poll until it is good, and every try is kept")
    func retries() throws {
        let product = try Product(hosts: 1)
        let mark = product.directory.path + "/count"
        let job = try product.playbook(
            "poll",
            """
            tasks:
              wait:
                type: RunProgram
                effect: check
                retry: {times: 5, delay: 100ms}
                with: {script: {text: 'echo x >>"$MARK"; [ "$(wc -l <"$MARK")" -ge 3 ]'}, environment: {MARK: "\(mark)"}}
            """)
        let ended = try product.run("run", job, "--on", "web01", "-o", "json")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try ended.json().targets[0].steps.map { $0.text("state") } == ["failed", "failed", "succeeded"])
    }

    @Test("a run that is held waits for its release from another process")
    func hold() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook(
            "held",
            """
            tasks:
              ask: {type: HOLD, with: {message: {en: go on?}}}
              act: {type: RunProgram, with: {program: /bin/true}}
            """)
        let process = try product.start("run", job, "--on", "web01", "--quiet")
        try product.wait("the run is held") {
            try product.run("run", "list", "-o", "json").output.contains("\"held\"")
        }
        let other = try product.run("run", job, "--on", "web01", "--quiet")
        #expect(other.code == 75 && other.errors.contains("in use by another firstline"), "\(other.errors)")
        let released = try product.run("run", "release", "last", "--reason", "fine")
        #expect(released.code == 0 && released.errors.contains("released: ask"), "\(released.errors)")
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("cancelling from another process ends the work on the host")
    func cancel() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook(
            "long", "tasks:\n  act: {type: RunProgram, with: {program: /bin/sleep, arguments: [\"301\"]}}\n")
        let process = try product.start("run", job, "--on", "web01", "--quiet")
        try product.wait("the program runs") { try shell(["/usr/bin/pgrep", "-f", "sleep 301"]).code == 0 }
        #expect(try product.run("run", "cancel", "last").code == 0)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(try product.run("run", "get", "last", "-o", "json").json().targets[0].text("state") == "cancelled")
        #expect(try shell(["/usr/bin/pgrep", "-f", "sleep 301"]).code == 1)
    }

    @Test("a run outlives its process: checks are run again, and changes are unknown where a host keeps no spool")
    func killed() throws {
        let server = try SSHServer()
        let product = try Product(
            hosts: 1, server: server,
            extra:
                "  web99: {address: 127.0.1.9, port: \(server.port), user: root, key: \(server.key()), spool: none}\n")
        let path = product.directory.path
        let checks = try product.playbook(
            "checks",
            "tasks:\n  a: {type: RunProgram, effect: check, with: {script: {text: 'touch \(path)/checks; sleep 2'}}}\n")
        let changes = try product.playbook(
            "changes",
            "tasks:\n  a: {type: RunProgram, with: {script: {text: 'touch \(path)/changes; sleep 2'}}}\n  b: {type: RunProgram, with: {program: /bin/true}}\n"
        )
        for (job, code, states) in [
            (checks, Int32(0), ["failed", "succeeded"]), (changes, 4, ["unknown", "skipped"]),
        ] {
            let process = try product.start("run", job, "--on", "web99", "--quiet")
            let name = job.split(separator: ".").last ?? ""
            try product.wait("the program runs") { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let followed = try product.run("run", "follow", "last", "-o", "json")
            #expect(followed.code == code, "\(followed.errors)")
            #expect(try followed.json().targets[0].steps.map { $0.text("state") } == states)
        }
    }
}
