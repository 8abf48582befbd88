// SPDX-License-Identifier: Apache-2.0

import HTTPCheckTask
import Model
import TaskKit
import TaskKitTesting
import Testing

@Suite("HTTPCheck over TLS")
struct TLSTests {
    private let trusted: Setting = .text(server.caFile)

    @Test("trusts only whom it is told to trust")
    func trust() async throws {
        let unknown = parts(try await check("https", "/ok"))
        #expect(unknown.reason?.code == "certificate")
        #expect(parts(try await check("https", "/ok", ["caFile": trusted])).reason == nil)
        #expect(parts(try await check("https", "/ok", host: "localhost", ["caFile": trusted])).reason == nil)
        #expect(parts(try await check("https", "/ok", ["verify": .text("false")])).reason == nil)
    }

    @Test("refuses a certificate for another name")
    func name() async throws {
        let more: KeyValuePairs<String, Setting> = [
            "caFile": trusted, "connectTo": .text("127.0.0.1:\(server.ports["https"] ?? 0)"),
        ]
        let other = parts(try await check("https", "/ok", host: "shop.example.com", more))
        #expect(other.reason?.code == "certificate")
        #expect(other.reason?.message.contains("shop.example.com") == true)
    }

    @Test("asks one server behind a shared name")
    func connectTo() async throws {
        let more: KeyValuePairs<String, Setting> = [
            "verify": .text("false"), "connectTo": .text("127.0.0.1"),
            "json": .values(["$.headers.Host": "shop.example.com:\(server.ports["http"] ?? 0)"]),
        ]
        #expect(parts(try await check("http", "/echo", host: "shop.example.com", more)).reason == nil)
        // Nothing listens on the IPv6 address, which is told from a name that cannot be found.
        let other = parts(try await check("http", "/ok", host: "shop.example.com", ["connectTo": .text("::1")]))
        #expect(
            ["connection-refused", "network-unreachable"].contains(other.reason?.code),
            "\(other.reason?.message ?? "none")")
    }

    @Test("tells how long the certificate is still valid, and fails if that is too short")
    func days() async throws {
        let fine = parts(try await check("https", "/ok", ["caFile": trusted, "certificateDays": .text("9")]))
        #expect(fine.reason == nil)
        #expect(fine.report.outputs["certificate_days_left"] == .integer(9))
        guard case .text(let end)? = fine.report.outputs["certificate_expires"] else {
            Issue.record("the end of the certificate is missing")
            return
        }
        #expect(end.hasSuffix("Z") && end.count == 24)
        guard case .number(let tls)? = fine.report.outputs["tls_ms"] else {
            Issue.record("the time for TLS is missing")
            return
        }
        #expect(tls > 0)
        let short = parts(try await check("https", "/ok", ["caFile": trusted, "certificateDays": .text("11")]))
        #expect(
            short.reason == Reason(.certificate, "the certificate is valid for 9 more days; at least 11 are asked for"))
        #expect(parts(try await check("http", "/ok", ["certificateDays": .text("1")])).reason?.code == "certificate")
    }

    @Test("refuses an expired certificate, and tells of it where trust is not asked for")
    func expired() async throws {
        let strict = parts(try await check("expired", "/ok", ["caFile": trusted]))
        #expect(strict.reason?.code == "certificate")
        let lax = parts(try await check("expired", "/ok", ["verify": .text("false")]))
        #expect(
            lax.report.outputs["certificate_days_left"] == .integer(-2)
                || lax.report.outputs["certificate_days_left"] == .integer(-1))
        let counted = parts(
            try await check("expired", "/ok", ["verify": .text("false"), "certificateDays": .text("0")]))
        #expect(counted.reason?.code == "certificate")
    }

    @Test("tells a missing file of certificates from a bad one of the server's")
    func badFile() async throws {
        #expect(
            parts(try await check("https", "/ok", ["caFile": .text("/nowhere/ca.pem")])).reason?.code == "bad-value")
    }

    @Test("tells a server that speaks no TLS from one that says nothing")
    func handshake() async throws {
        let plain = Setting.values(["url": "https://127.0.0.1:\(server.ports["http"] ?? 0)/"])
        let silent = Setting.values(["url": "https://127.0.0.1:\(server.ports["silent"] ?? 0)/", "timeout": "400ms"])
        for (settings, code) in [(plain, "handshake-failed"), (silent, "handshake-timeout")] {
            let outcome = try await PreparedTask(HTTPCheck(), ParameterValues(settings)).run(
                .testing(session: ScriptedSession([:])))
            #expect(parts(outcome).reason?.code == code, "\(parts(outcome).reason?.message ?? "none")")
        }
    }
}

/// Where a redirect of the plain or the TLS server leads, how many are allowed, and why it is not followed.
private let unfollowed: [(String, String, String, String)] = [
    ("http", "/ok", "0", "redirects are not followed; 'redirects' allows some"),
    ("http", "http://elsewhere.example/", "3", "'redirectHosts' does not name elsewhere.example"),
    ("https", server.url("http", "/ok"), "3", "it leads from https to http"),
    ("http", "http://u:p@127.0.0.1/", "3", "the URL must not hold a user or a password"),
    ("http", "file:///etc/passwd", "3", "the URL must be http://… or https://… with a host, not 'file:///etc/passwd'"),
    ("http", "/redirect%3Fto%3D/ok", "1", "'redirects' allows 1, and all of them were followed"),
]

@Suite("HTTPCheck and redirects")
struct RedirectTests {
    @Test("that are not followed say why", arguments: unfollowed)
    func saysWhy(port: String, to: String, redirects: String, why: String) async throws {
        let more: KeyValuePairs<String, Setting> = ["redirects": .text(redirects), "verify": .text("false")]
        let result = parts(try await check(port, "/redirect?to=" + to, more))
        let message = result.reason?.message ?? ""
        #expect(message.hasSuffix(" and was not followed (\(why)); expected 200-299"), "\(message)")
        #expect(result.reason?.code == "unexpected-response")
    }

    @Test("are judged, not followed, unless the task says so")
    func notFollowed() async throws {
        let result = parts(try await check("http", "/redirect?to=/ok"))
        #expect(result.reason?.message.hasPrefix("the status is 302, which leads to http://127.0.0.1:") == true)
        #expect(result.report.outputs["redirected_to"] == .text(server.url("http", "/ok")))
        #expect(parts(try await check("http", "/redirect?to=/ok", ["status": .text("302")])).reason == nil)
    }

    @Test("are followed on the same host, as often as allowed")
    func followed() async throws {
        let result = parts(
            try await check(
                "http", "/redirect?to=/redirect%3Fto%3D/ok", ["redirects": .text("2"), "text": .text("UP")]))
        #expect(result.reason == nil)
        #expect(result.report.outputs["redirected_to"] == .text(server.url("http", "/ok")))
        #expect(
            parts(try await check("http", "/loop", ["redirects": .text("5")])).reason?.code == "unexpected-response")
    }

    @Test("do not lead to another host, or there only without headers")
    func otherHost() async throws {
        let path = "/redirect?to=" + server.url("http", "/echo", host: "localhost")
        let refused = parts(try await check("http", path, ["redirects": .text("3")]))
        #expect(refused.reason?.message.contains("the status is 302") == true)
        let more: KeyValuePairs<String, Setting> = [
            "redirects": .text("3"), "redirectHosts": .list("localhost"), "headers": .values(["X-Token": "t"]),
            "text": .text("X-Token"),
        ]
        let followed = parts(try await check("http", path, more))
        #expect(followed.report.outputs["status"] == .integer(200))
        #expect(followed.reason?.message.contains("'X-Token' does not stand") == true)
    }

    @Test(
        "lead to no file, no other protocol, and not from https to http",
        arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"])
    func protocols(to: String) async throws {
        let result = parts(try await check("http", "/redirect?to=" + to, ["redirects": .text("3")]))
        #expect(result.report.outputs["status"] == .integer(302))
        let down = "/redirect?to=" + server.url("http", "/ok")
        let more: KeyValuePairs<String, Setting> = ["redirects": .text("3"), "verify": .text("false")]
        #expect(parts(try await check("https", down, more)).report.outputs["status"] == .integer(302))
    }
}

/// What a task wrote, and the path of the error.
private let mistakes: [(KeyValuePairs<String, Setting>, String)] = [
    ([:], "url"), (["url": .text("ftp://x/")], "url"), (["url": .text("file:///etc/passwd")], "url"),
    (["url": .text("-o/tmp/x")], "url"),
    (["url": .text("http://user:pass@x/")], "url"), (["url": .text("http://x/a b")], "url"),
    (["url": .text("http://")], "url"),
    (["url": .text("example.com")], "url"), (["url": .text("http://x/\r\nX: y")], "url"),
    (["url": .text("http://x"), "method": .text("get")], "method"),
    (["url": .text("http://x"), "status": .text("2xx")], "status"),
    (["url": .text("http://x"), "headers": .values(["A B": "c"])], "headers/A B"),
    (["url": .text("http://x"), "headers": .values(["A": "c\r\nD: e"])], "headers/A"),
    (["url": .text("http://x"), "pattern": .text("(")], "pattern"),
    (["url": .text("http://x"), "json": .values(["state": "UP"])], "json/state"),
    (["url": .text("http://x"), "json": .values(["$..state": "UP"])], "json/$..state"),
    (["url": .text("http://x"), "json": .values(["$.a[*]": "UP"])], "json/$.a[*]"),
    (["url": .text("http://x"), "timeout": .text("0")], "timeout"),
    (["url": .text("http://x"), "redirects": .text("21")], "redirects"),
    (["url": .text("http://x"), "method": .text("POST"), "redirects": .text("1")], "redirects"),
    (["url": .text("http://x"), "caFile": .text("ca.pem")], "caFile"),
    (["url": .text("http://x"), "connectTo": .text("-x")], "connectTo"),
    (["url": .text("http://x"), "thresholds": .text("y")], "thresholds"),
]

@Suite("HTTPCheck while planning")
struct HTTPCheckDecodingTests {
    @Test("refuses what is written wrong, with its path", arguments: mistakes)
    func refuses(settings: KeyValuePairs<String, Setting>, path: String) {
        #expect {
            _ = try PreparedTask(HTTPCheck(), ParameterValues(.map(settings)))
        } throws: { error in
            (error as? ParameterError)?.path == path
        }
    }

    @Test("shows the request and takes values that are still to come")
    func pending() throws {
        let settings = Setting.values([
            "url": "https://${host.address}/", "timeout": "${params.t}", "status": "${params.s}",
            "pattern": "${params.p}",
        ])
        #expect(
            try PreparedTask(HTTPCheck(), ParameterValues(settings)).preview.map(\.text) == [
                "GET 'https://${host.address}/'"
            ])
        #expect(throws: ParameterError.self) {
            try PreparedTask(HTTPCheck(), ParameterValues(settings, isFilled: true))
        }
    }
}
