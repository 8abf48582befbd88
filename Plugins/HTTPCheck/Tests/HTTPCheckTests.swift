// SPDX-License-Identifier: Apache-2.0

import HTTPCheckTask
import Model
import TaskKit
import TaskKitTesting
import Testing

let server = WebServer.shared

/// Checks a path of the real server.
func check(
    _ port: String, _ path: String, host: String = "127.0.0.1", limit: TimeLimit? = nil,
    output: any OutputSink = NoOutput(),
    _ more: KeyValuePairs<String, Setting> = [:]
) async throws -> TaskOutcome {
    let url = [Setting.Entry("url", .text(server.url(port, path, host: host)))]
    let settings = Setting(.map(url + more.map { .init($0.key, $0.value) }))
    let task = try PreparedTask(HTTPCheck(), ParameterValues(settings, isFilled: true))
    return try await task.run(.testing(session: ScriptedSession([:]), effect: .check, limit: limit, output: output))
}

func parts(_ outcome: TaskOutcome) -> (reason: Reason?, report: Report) {
    switch outcome {
    case .succeeded(let report), .leftRunning(let report), .branch(_, let report): (nil, report)
    case .failed(let reason, let report), .unknown(let reason, let report): (reason, report)
    case .waitForPerson, .startJob: (nil, Report())
    }
}

/// What is asked, what must be there, and a part of the message if that is not so.
private let judged: [(String, KeyValuePairs<String, Setting>, String?)] = [
    ("/ok", [:], nil), ("/ok", ["text": .text("UP")], nil),
    ("/ok", ["text": .text("DOWN")], "'DOWN' does not stand in the answer: all is UP"),
    ("/ok", ["pattern": .text("version [0-9.]+$")], nil), ("/ok", ["pattern": .text("^version")], "does not match"),
    ("/status/404", [:], "the status is 404; expected 200-299"), ("/status/404", ["status": .text("200,404")], nil),
    ("/status/503", ["status": .list("200-399", "503")], nil), ("/status/204", [:], nil),
    (
        "/json",
        [
            "json": .values([
                "$.state": "UP", "$.n": "2", "$.list[1][0]": "true", "$.list[1][1].deep": "x", "$.big[999]": "1",
            ])
        ], nil
    ),
    ("/json", ["json": .values(["$.state": "DOWN"])], "$.state is 'UP', not 'DOWN'"),
    ("/json", ["json": .values(["$.none.x": "1"])], "$.none.x is not there"),
    ("/json", ["json": .values(["$.list[9]": "1"])], "$.list[9] is not there"),
    ("/json", ["json": .values(["$.list": "1"])], "$.list is a list, not 1"),
    ("/notjson", ["json": .values(["$.state": "UP"])], "not JSON"), ("/bomb", ["json": .values(["$[0]": "1"])], ""),
    ("/large", [:], nil), ("/large", ["text": .text("END")], "only the first 1 MiB was read"),
    ("/ok", ["method": .text("HEAD")], nil),
    ("/ok", ["method": .text("HEAD"), "text": .text("UP")], "(empty)"), ("/bytes", ["pattern": .text("ABC")], nil),
]

private func quoted(_ text: String) -> Setting { Setting(.scalar(text, quoted: true)) }

/// A place in the document of `/versions`, what is expected there, and what the message says if that is not so.
private let compared: [(String, Setting, String?)] = [
    // A text is compared as written, also where it looks like a number.
    ("$.version", .text("1.10"), nil), ("$.version", .text("1.1"), "$.version is '1.10', not 1.1"),
    ("$.version", quoted("1.1"), "$.version is '1.10', not '1.1'"),
    ("$.one", Setting(.scalar("1.10", quoted: false), value: .number(1.1)), nil), ("$.word", quoted("null"), nil),
    // Numbers on both sides are compared as numbers, digit by digit.
    ("$.one", .text("1.1"), nil), ("$.one", .text("1.10"), nil), ("$.one", .text("11e-1"), nil),
    ("$.one", quoted("1.100"), "$.one is 1.1, not '1.100'"), ("$.exact", .text("9007199254740993"), nil),
    ("$.exact", .text("9007199254740992"), "$.exact is 9007199254740993, not 9007199254740992"),
    ("$.exact", .text("9007199254740993.0"), nil), ("$.large", .text("18446744073709551615"), nil),
    ("$.large", .text("18446744073709551616"), "$.large is 18446744073709551615, not 18446744073709551616"),
    // Nothing is nothing, and not the word for it.
    ("$.none", Setting(.empty), nil), ("$.none", quoted("null"), "$.none is null, not 'null'"),
    ("$.none", quoted(""), "$.none is null, not ''"), ("$.word", Setting(.empty), "$.word is 'null', not null"),
    ("$.flag", .text("true"), nil), ("$.flag", .text("1"), "$.flag is true, not 1"),
]

@Suite("HTTPCheck")
struct HTTPCheckTests {
    @Test("judges status and body", arguments: judged)
    func judges(path: String, more: KeyValuePairs<String, Setting>, message: String?) async throws {
        let result = parts(try await check("http", path, more))
        guard let message else {
            #expect(result.reason == nil)
            return
        }
        #expect(result.reason?.code == "unexpected-response")
        #expect(result.reason?.message.contains(message) == true, "\(result.reason?.message ?? "none")")
    }

    @Test("compares values of JSON by their type", arguments: compared)
    func types(place: String, expected: Setting, message: String?) async throws {
        let result = parts(try await check("http", "/versions", ["json": .map([place: expected])]))
        #expect(result.reason?.message == message)
    }

    @Test("unpacks an answer and reads it by its character set")
    func encodings() async throws {
        let answers = [
            ("/packed", "packed, and all is UP"), ("/korean", "상태: 정상"), ("/latin", "Zustand: läuft"),
            ("/nocharset", "all is UP"),
        ]
        for (path, text) in answers {
            let result = parts(try await check("http", path, ["text": .text(text), "pattern": .text("^\(text)$")]))
            #expect(result.reason == nil, "\(result.reason?.message ?? "")")
        }
        let wrong = parts(try await check("http", "/korean", ["text": .text("이상")]))
        #expect(wrong.reason?.message == "'이상' does not stand in the answer: 상태: 정상")
    }

    @Test(
        "names the remedy for a URL that cannot be asked",
        arguments: [
            (
                "https://bücher.example/",
                "must name its host in ASCII: write 'bücher.example' in its registered form, which begins with xn--"
            ),
            ("https://user:pw@web/", "must not hold a user or a password"),
            ("ftp://web/", "must be http://… or https://… with a host, not 'ftp://web/'"),
        ])
    func addresses(url: String, message: String) {
        #expect(throws: ParameterError("url", message)) {
            try HTTPCheck().decode(ParameterValues(.values(["url": url])))
        }
    }

    @Test("sends method, headers and body as they are written")
    func request() async throws {
        let more: KeyValuePairs<String, Setting> = [
            "method": .text("PUT"), "headers": .values(["X-Test": "a b;c", "X-Empty": ""]), "body": .text("한글 ${x}"),
            "json": .values([
                "$.method": "PUT", "$.body": "한글 ${x}", "$.headers['X-Test']": "a b;c", "$.headers['X-Empty']": "",
                "$.headers['User-Agent']": "firstline",
            ]),
        ]
        #expect(parts(try await check("http", "/echo", more)).reason == nil)
        let post = try await check(
            "http", "/echo", ["method": .text("POST"), "json": .values(["$.method": "POST", "$.body": ""])])
        #expect(parts(post).reason == nil)
    }

    @Test("measures its phases and says so in one line")
    func outputs() async throws {
        let log = KeptBytes(limit: 1000)
        let result = parts(try await check("http", "/slow?ms=120", output: log))
        let outputs = result.report.outputs
        #expect(outputs["status"] == .integer(200))
        #expect(outputs["body_bytes"] == .integer(4))
        guard case .number(let total)? = outputs["total_ms"], case .number(let first)? = outputs["first_byte_ms"],
            case .number(let connect)? = outputs["connect_ms"]
        else {
            Issue.record("times are missing: \(outputs)")
            return
        }
        #expect(first >= 120 && total >= first && connect < 100)
        #expect(outputs["tls_ms"] == nil)
        let line = String(decoding: await log.bytes, as: UTF8.self)
        #expect(line.hasPrefix("GET http://127.0.0.1:") && line.contains("/slow?ms=120: 200 after"))
        #expect(result.report.summary?.id.hasPrefix("200 in ") == true)
    }

    @Test("gives findings by thresholds")
    func thresholds() async throws {
        let list = Setting(
            .list([.values(["value": "total_ms", "warning": "> 50", "error": "> 5000", "code": "WEB-1"])]))
        let slow = parts(try await check("http", "/slow?ms=100", ["thresholds": list]))
        #expect(slow.report.level == .warning)
        #expect(slow.report.findings.map(\.code) == ["WEB-1"])
        let always = Setting(.list([.values(["value": "status", "error": "== 200", "code": "WEB-2"])]))
        #expect(parts(try await check("http", "/ok", ["thresholds": always])).reason?.code == "finding")
    }

    @Test(
        "tells exactly why there is no answer",
        arguments: [
            ("closed", "/", "127.0.0.1", "connection-refused"), ("http", "/", "nothing.invalid", "name-not-found"),
            ("full", "/", "127.0.0.1", "connect-timeout"), ("silent", "/", "127.0.0.1", "unexpected-response"),
            ("http", "/empty", "127.0.0.1", "connection-lost"), ("http", "/half", "127.0.0.1", "connection-lost"),
        ])
    func transport(port: String, path: String, host: String, reason: String) async throws {
        let result = parts(
            try await check(port, path, host: host, ["timeout": .text("700ms"), "connectTimeout": .text("500ms")]))
        #expect(result.reason?.code == reason, "\(result.reason?.message ?? "none")")
        #expect(result.report.outputs["total_ms"] != nil)
    }

    @Test("keeps to its time whatever the server does", arguments: ["silent", "full", "http"])
    func timeout(port: String) async throws {
        let result = parts(try await check(port, "/slow?ms=120000", ["timeout": .text("300ms")]))
        #expect(result.reason != nil)
        // As the request itself measured it: how fast this machine is has no part in it.
        guard case .number(let total)? = result.report.outputs["total_ms"] else {
            Issue.record("the time is missing: \(result.report.outputs)")
            return
        }
        #expect((250..<60_000).contains(total))
    }

    @Test("ends at the step's limit, which is then for the engine to judge")
    func stepLimit() async throws {
        let killed = try await check("http", "/slow?ms=60000", limit: TimeLimit(.milliseconds(200)))
        #expect(parts(killed).reason?.code == "time-limit")
        let left = try await check("http", "/slow?ms=60000", limit: TimeLimit(.milliseconds(200), leavesRunning: true))
        guard case .leftRunning = left else {
            Issue.record("the engine must be told that the limit passed: \(left)")
            return
        }
    }

    @Test("ends when it is cancelled, long before its own time is over", .timeLimit(.minutes(5)))
    func cancelled() async throws {
        let task = Task { try await check("silent", "/", ["timeout": .text("1h")]) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: TaskFailure.self) { try await task.value }
        let before = Task { () async throws -> TaskOutcome in
            while !Task.isCancelled { await Task.yield() }
            return try await check("silent", "/", ["timeout": .text("1h")])
        }
        before.cancel()
        await #expect(throws: TaskFailure.self) { try await before.value }
    }

    @Test("asks many servers at once and lets none wait for those that never answer")
    func many() async throws {
        let type = HTTPCheck()
        func ask(_ port: String) async throws -> Bool {
            let settings = Setting.values(["url": server.url(port, "/ok"), "timeout": "100s"])
            let task = try PreparedTask(type, ParameterValues(settings))
            return parts(try await task.run(.testing(session: ScriptedSession([:])))).reason == nil
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { try await ask("silent") } }
            for _ in 0..<220 { group.addTask { try await ask("http") } }
            // Those that do not answer fail after their timeout: none of them ends before these.
            for _ in 0..<220 {
                let isGood = try await group.next()
                #expect(isGood == true)
            }
            group.cancelAll()
            while let result = await group.nextResult() {
                #expect(throws: TaskFailure.self) { try result.get() }
            }
        }
    }
}
