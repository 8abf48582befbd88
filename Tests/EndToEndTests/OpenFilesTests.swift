// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Few open files", .serialized)
struct OpenFilesTests {
    /// Runs the product with limits on open files, soft and hard.
    private func run(_ product: Product, soft: Int, hard: Int, _ words: [String]) throws -> Product.Ended {
        _ = try product.run("--version")
        let ended = try shell(
            ["/bin/bash", "-c", "ulimit -Sn \(soft) && ulimit -Hn \(hard) && exec \"$@\"", "sh", Product.program]
                + words, environment: product.environment)
        return Product.Ended(code: ended.code, output: ended.output, errors: ended.errors)
    }

    @Test("the soft limit is raised to the hard one, and programs on the controller keep the usual one")
    func raised() throws {
        let product = try Product(hosts: 1, extra: "  here: {transport: local}\n")
        let job = try product.playbook(
            "limits",
            """
            tasks:
              show:
                type: RunProgram
                effect: check
                with:
                  script:
                    text: |
                      echo "mine $(ulimit -Sn) $(ulimit -Hn)"
                      p=$PPID
                      until grep -q firstline "/proc/$p/comm"; do p=$(awk '/^PPid/ { print $2 }' "/proc/$p/status"); done
                      awk '/^Max open files/ { print "firstline", $4, $5 }' "/proc/$p/limits"
            """)
        let ended = try run(product, soft: 300, hard: 400, ["run", job, "--on", "here", "--quiet"])
        #expect(ended.code == 0, "\(ended.errors)")
        let output = try product.run("run", "logs", "last", "--raw").output
        #expect(output == "mine 300 400\nfirstline 400 400\n")
    }

    @Test("150 hosts at 128 open files: each is reached, in its turn")
    func hosts() throws {
        let product = try Product(hosts: 150)
        let job = try product.playbook(
            "look", "tasks:\n  a: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        let ended = try run(
            product, soft: 128, hard: 128, ["run", job, "--on", "all", "--parallel", "512", "-o", "json"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try ended.json().part("run").part("counts").number("succeeded") == 150)
    }

    @Test("hosts behind a jump host, many more than open files allow at a time, are each reached in their turn")
    func behindJump() throws {
        let server = try SSHServer()
        let extra = (1...80).map {
            "  inner\($0): {address: 127.0.2.\($0), port: \(server.port), user: root, key: \(server.key()), jump: web01}\n"
        }.joined()
        let product = try Product(hosts: 1, server: server, extra: extra)
        let trusted = try product.run("host", "trust", "--on", "inner*", "--yes")
        #expect(trusted.code == 0, "\(trusted.errors)")
        let job = try product.playbook(
            "look", "tasks:\n  a: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        let ended = try run(product, soft: 128, hard: 128, ["run", job, "--on", "inner*", "-o", "json"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try ended.json().part("run").part("counts").number("succeeded") == 80)
    }

    @Test("300 programs on the controller at 128 open files: each is run, in its turn")
    func programs() throws {
        let hosts = (1...300).map { "  here\($0): {transport: local}\n" }.joined()
        let product = try Product(hosts: 1, extra: hosts)
        let job = try product.playbook(
            "look", "tasks:\n  a: {type: RunProgram, effect: check, with: {program: /bin/true}}\n")
        let ended = try run(product, soft: 128, hard: 128, ["run", job, "--on", "here*", "-o", "json"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try ended.json().part("run").part("counts").number("succeeded") == 300)
    }
}
