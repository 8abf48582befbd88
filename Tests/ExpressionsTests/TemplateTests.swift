// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import Testing

@Suite("A template")
struct TemplateTests {
    @Test(
        "is filled once",
        arguments: [
            ("", ""), ("plain", "plain"), ("${params.count}", "3"), ("a${params.count}b${params.count}c", "a3b3c"),
            ("$${HOME}", "${HOME}"), ("$$${params.count}", "$${params.count}"), ("$x $ {} }", "$x $ {} }"), ("$", "$"),
            ("${params.ports}", "80\n443"), ("${steps.check.took}", "1.5"),
            ("${'a}b'}", "a}b"), ("${ 1 + 2 }%", "3%"), ("${nothing.here}", ""), ("값 ${host.vars.한글}", "값 값"),
            ("https://${host.labels.env-name}:80/", "https://stage:80/"),
        ])
    func filled(text: String, expected: String) throws {
        #expect(try Template(text).fill(lookup) == expected)
    }

    @Test(
        "never holds a stand-in for a secret: only where its reader is known, and alone in its ${…}",
        arguments: [
            "x${params.password}", "${params.password}", "${[params.password, 'x']}", "${coalesce(params.password)}",
        ])
    func secret(text: String) throws {
        let template = try Template(text)
        #expect(throws: EvaluationError.self) { try template.fill(lookup) }
        let isAlone = !text.contains("[") && !text.contains("(")
        let filled = try? template.fill(lookup) { name, source in "\(name) of \(source)" }
        #expect(filled == (isAlone ? text.replacing("${params.password}", with: "params.password of prompt") : nil))
    }

    @Test("of one ${…} keeps the kind of its value")
    func single() throws {
        #expect(try Template("${params.count}").value(lookup) == .integer(3))
        #expect(try Template("${params.password}").value(lookup) == .secret(.prompt))
        #expect(try Template("${params.count} ").value(lookup) == .text("3 "))
        #expect(try Template("text").single == nil)
        #expect(try Template("${params.count}").single?.references.map(\.text) == ["params.count"])
    }

    @Test("tells its names and whether there is anything to fill in")
    func names() throws {
        let template = try Template("${a.b}-${c} $${d} ${a.b}")
        #expect(template.references.map(\.text) == ["a.b", "c"])
        #expect(!template.isPlain)
        #expect(try Template("$${d}").isPlain)
        #expect(try Template("").isPlain)
    }

    @Test(
        "that is written wrong is refused with its column",
        arguments: [("ab ${params.x", 4), ("${}", 3), ("a ${1 +}", 8), ("${a} ${b c}", 10), ("${'a}", 1)])
    func wrong(text: String, column: Int) {
        #expect {
            try Template(text)
        } throws: { error in
            (error as? ExpressionError)?.column == column
        }
    }

    @Test("never becomes longer than 1 MiB")
    func length() throws {
        let large: Value = .text(String(repeating: "x", count: 600_000))
        #expect(throws: EvaluationError.self) { try Template("${a}${a}").fill { _ in large } }
    }
}
