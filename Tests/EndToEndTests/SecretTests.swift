// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Secrets on real hosts", .serialized)
struct SecretTests {
    private static let secret = "p4ss \"w'ord\" ${x}\n•"

    private func job(_ product: Product, _ name: String, effect: String) throws -> String {
        try product.playbook(
            name,
            """
            parameters: {pw: {type: secret}}
            tasks:
              read: {type: RunProgram, effect: \(effect), with: {script: {text: 'cksum'}, stdin: "user=x\\npw=${params.pw}"}}
            """)
    }

    @Test(
        "reach the program on its standard input as they are, by a check and by a change",
        arguments: ["check", "change"])
    func reaches(effect: String) throws {
        let product = try Product(hosts: 2)
        let job = try job(product, "secret", effect: effect)
        let ended = try product.run(
            "run", job, "--on", "all", "-e", "pw=env:TEST_SECRET", "--quiet", "-o", "json",
            with: ["TEST_SECRET": SecretTests.secret])
        #expect(ended.code == 0, "\(ended.errors)")
        let sum = try shell(["/usr/bin/cksum"], input: "user=x\npw=" + SecretTests.secret).output
        for host in ["web01", "web02"] {
            #expect(try product.run("run", "logs", "last", "--host", host, "--raw").output == sum)
        }
        // Neither the store nor what is left on the host holds it.
        let found = try shell(["/bin/grep", "-r", "-l", "-F", "p4ss", product.directory.path])
        #expect(found.output == "", "\(found.output)")
    }

    @Test("that cannot be read make the step fail and say where they were to be read")
    func missing() throws {
        let product = try Product(hosts: 1)
        let job = try job(product, "secret", effect: "change")
        for (source, message) in [
            (
                "env:NOT_SET",
                "the secret 'pw' of test.secret cannot be read: the environment variable NOT_SET is not set"
            ),
            (
                "file:/nonexistent",
                "the secret 'pw' of test.secret cannot be read: the file /nonexistent cannot be read"
            ),
            (
                "prompt",
                "the secret 'pw' of test.secret is to be asked for, and there is no terminal; use env: or file:"
            ),
        ] {
            let ended = try product.run("run", job, "--on", "all", "-e", "pw=\(source)", "--quiet", "-o", "json")
            #expect(ended.code == 2, "\(ended.errors)")
            let target = try ended.json().targets[0]
            #expect(target.text("reason") == "secret-missing")
            #expect(target.text("message").contains(message), "\(target.text("message"))")
        }
    }

    @Test("and what a host writes are given on once: ${…} that comes in is never looked at again")
    func once() throws {
        let product = try Product(hosts: 1)
        let inner = try product.playbook(
            "inner",
            """
            concurrent: true
            parameters: {t: {type: text}, hidden: {type: text, default: found}}
            tasks: {say: {type: RunProgram, effect: check, with: {program: /bin/echo, arguments: ["${params.t}"]}}}
            """)
        let job = try product.playbook(
            "outer",
            """
            parameters: {hidden: {type: text, default: found}}
            tasks:
              look:
                type: RunProgram
                effect: check
                with: {script: {text: 'echo "value t=\\${params.hidden}" >>"$FIRSTLINE_OUTPUT"'}, outputs: {t: {type: text}}}
              there: {type: ExecuteJOB, effect: check, with: {job: \(inner), background: true, values: {t: "${steps.look.t}"}}}
            """)
        let ended = try product.run("run", job, "--on", "all", "--quiet", "-o", "json")
        #expect(ended.code == 0, "\(ended.output)")
        let started = try #require(ended.json().targets[0].steps.last?.part("outputs").text("run"))
        #expect(try product.run("run", "logs", started, "--host", "web01", "--raw").output == "${params.hidden}\n")
    }

    @Test("are handed to called jobs, in place and in the background")
    func called() throws {
        let product = try Product(hosts: 1)
        let inner = try product.playbook(
            "inner",
            """
            concurrent: true
            parameters: {password: {type: secret}}
            tasks:
              read: {type: RunProgram, effect: check, with: {script: {text: 'cksum'}, stdin: "${params.password}"}}
            """)
        let job = try product.playbook(
            "outer",
            """
            parameters: {pw: {type: secret}}
            tasks:
              here: {type: ExecuteJOB, effect: check, with: {job: \(inner), values: {password: "${params.pw}"}}}
              there: {type: ExecuteJOB, effect: check, with: {job: \(inner), background: true, values: {password: "${params.pw}"}}}
            """)
        let secret = try product.directory.write("s3cret\n", to: "secret", mode: 0o600)
        let ended = try product.run("run", job, "--on", "all", "-e", "pw=file:\(secret)", "--quiet", "-o", "json")
        #expect(ended.code == 0, "\(ended.output)")
        let sum = try shell(["/usr/bin/cksum"], input: "s3cret").output
        let started = try #require(ended.json().targets[0].steps.last?.part("outputs").text("run"))
        for run in ["last", started] {
            let log = try product.run("run", "logs", run, "--host", "web01", "--raw")
            #expect(log.output == sum, "\(run): \(log.output)\(log.errors)")
        }
        #expect(try product.run("run", "get", started).code == 0)
    }
}
