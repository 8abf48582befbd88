// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A person at a terminal", .serialized)
struct TerminalTests {
    private enum Step {
        case expect(String), type(String)

        var json: [String: String] {
            switch self {
            case .expect(let text): ["expect": text]
            case .type(let text): ["type": text]
            }
        }
    }

    /// Runs the program at a terminal, with a person who does these things.
    private func session(_ product: Product, _ words: [String], _ steps: [Step]) throws -> Product.Ended {
        let script = Product.repository.appendingPathComponent("Tests/Support/terminal.py").path
        let input = String(decoding: try JSONSerialization.data(withJSONObject: steps.map(\.json)), as: UTF8.self)
        let ended = try shell(
            ["/usr/bin/python3", script, Product.program] + words, input: input, environment: product.environment)
        return Product.Ended(code: ended.code, output: ended.output, errors: ended.errors)
    }

    private func heldJob(_ product: Product) throws -> String {
        try product.playbook(
            "held",
            "tasks:\n  ask: {type: HOLD, with: {message: {en: go on?}}}\n  act: {type: RunProgram, with: {program: /bin/true}}\n"
        )
    }

    @Test("is asked before anything is changed, sees the whole plan on request, and a no does nothing")
    func confirmation() throws {
        let product = try Product(hosts: 1)
        let job = try product.playbook("change", "tasks:\n  act: {type: RunProgram, with: {program: /bin/true}}\n")
        let words = ["run", job, "--on", "all"]
        let no = try session(
            product, words,
            [.expect("show the [p]lan:"), .type("p\n"), .expect("/bin/true"), .expect("Run it?"), .type("n\n")])
        #expect(no.code == 8 && no.output.contains("nothing was done"), "\(no)")
        #expect(try product.run("run", "list", "-o", "name").output == "")
        let yes = try session(product, words, [.expect("Run it?"), .type("y\n"), .expect("1 OK")])
        #expect(yes.code == 0, "\(yes)")
    }

    @Test("is asked what Ctrl-C means: to go on, or to cancel")
    func interrupt() throws {
        let product = try Product(hosts: 1)
        let job = try heldJob(product)
        let ended = try session(
            product, ["run", job, "--on", "all", "--yes"],
            [
                .expect("waits for a person: go on?"), .type("\u{3}"), .expect("[c]ancel the run"), .type("\n"),
                .expect("waits for a person"), .type("\u{3}"), .expect("[c]ancel the run"), .type("c\n"),
                .expect("cancelled"),
            ])
        #expect(ended.code == 1, "\(ended)")
        #expect(try product.run("run", "get", "last", "-o", "json").json().part("run").text("state") == "cancelled")
    }

    @Test("leaves a run as it is with a second Ctrl-C, is told how to find it, and takes it up again")
    func leave() throws {
        let product = try Product(hosts: 1)
        let job = try heldJob(product)
        let left = try session(
            product, ["run", job, "--on", "all", "--yes"],
            [
                .expect("waits for a person"), .type("\u{3}"), .expect("[c]ancel the run"), .type("\u{3}"),
                .expect("firstline run follow "),
            ])
        #expect(left.code == 130, "\(left)")
        let followed = try product.run("run", "release", "last", "-o", "json")
        #expect(followed.code == 0, "\(followed.errors)")
        #expect(try followed.json().part("run").text("state") == "succeeded")
    }

    @Test("is asked before something is changed again, unless --yes says so; checks are done again unasked")
    func rework() throws {
        let product = try Product(hosts: 2)
        let flag = product.directory.path + "/flag"
        let job = try product.playbook(
            "again",
            """
            tasks:
              work: {type: RunProgram, with: {script: {text: '[ -e "$FLAG" ]'}, environment: {FLAG: "\(flag)"}}}
              look: {type: RunProgram, effect: check, with: {script: {text: '[ -e "$FLAG" ]'}, environment: {FLAG: "\(flag)"}}}
            """)
        #expect(try product.run("run", job, "--on", "all", "--quiet").code == 2)
        let words = ["run", "rework", "last"]
        let no = try session(
            product, words,
            [.expect("web01, web02"), .expect("changes: work"), .expect("Do it again? [y]es, [n]o:"), .type("n\n")])
        #expect(no.code == 8 && no.output.contains("nothing was done"), "\(no)")
        #expect(
            try product.run("run", "get", "last", "-o", "json").json().targets[0].steps.allSatisfy {
                $0.number("attempt") == 1
            })
        _ = try product.directory.write("", to: "flag")
        let yes = try session(
            product, words + ["--on", "web01"], [.expect("Do it again?"), .type("y\n"), .expect("1 OK")])
        #expect(yes.code == 2, "\(yes)")
        let unasked = try session(product, words + ["--yes"], [.expect("2 OK")])
        #expect(unasked.code == 0 && !unasked.output.contains("Do it again?"), "\(unasked)")
        let check = try session(product, words + ["--from", "look"], [.expect("2 OK")])
        #expect(check.code == 0 && !check.output.contains("Do it again?"), "\(check)")
    }
}
