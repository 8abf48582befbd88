// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The playbooks that ship, run by the real program over SSH against the real software.
///
/// Their scripts' many situations are tested one by one in `Tests/Fixtures/playbooks`.
@Suite("Playbooks on real software", .serialized)
struct PlaybookTests {
    /// What became of each target of a job.
    private func run(_ product: Product, _ job: String, _ more: String...) throws -> (
        code: Int32, targets: [[String: Any]]
    ) {
        let ended = try product.run(["run", job, "--on", "all", "-o", "json", "--quiet"] + more)
        return (ended.code, try ended.json().targets)
    }

    private func answers(_ site: NginxSite) throws -> Bool {
        try shell(["/usr/bin/curl", "-s", "-m", "5", "http://127.0.0.1:\(site.port)/"]).output == "here\n"
    }

    private func findings(_ target: [String: Any]) -> Set<String> {
        Set(target.steps.flatMap { ($0["findings"] as? [[String: Any]] ?? []).map { $0.text("code") } })
    }

    @Test(
        "nginx is started, checked, restarted and stopped, each time proven and done only where there is something to do"
    )
    func nginx() throws {
        let sites = try [NginxSite(), NginxSite()]
        let product = try Product(
            hosts: 2,
            instances: sites.map {
                "{web: {software: nginx, vars: {config: \($0.configuration), probe_url: \"http://127.0.0.1:\($0.port)/\"}}}"
            })
        let down = try run(product, "mw.nginx.process-check")
        #expect(down.code == 2 && down.targets.allSatisfy { findings($0).contains("MW-NGX-010") })
        #expect(sites.allSatisfy { $0.pid == nil })

        let started = try run(product, "mw.nginx.start")
        #expect(started.code == 0 && started.targets.allSatisfy { $0["changed"] as? Bool == true }, "\(started)")
        #expect(try sites.allSatisfy(answers))
        let again = try run(product, "mw.nginx.start")
        #expect(again.code == 0 && again.targets.allSatisfy { $0["changed"] as? Bool == false })
        #expect(try run(product, "mw.nginx.process-check").code == 0)

        try sites[1].breakConfiguration()
        let before = sites.map(\.pid)
        let restarted = try run(product, "mw.nginx.restart")
        #expect(restarted.code == 2)
        #expect(restarted.targets.map { $0.text("state") } == ["succeeded", "failed"])
        #expect(findings(restarted.targets[1]).contains("MW-NGX-050"))
        #expect(sites[0].pid != before[0] && sites[1].pid == before[1], "what is broken must be left running")
        #expect(try sites.allSatisfy(answers))

        let stopped = try run(product, "mw.nginx.stop")
        #expect(stopped.code == 0 && sites.allSatisfy { $0.pid == nil }, "\(stopped)")
        let still = try run(product, "mw.nginx.stop")
        #expect(still.code == 0 && still.targets.allSatisfy { $0["changed"] as? Bool == false })
    }

    @Test("a PostgreSQL server is looked at while it works and while it does not")
    func postgreSQL() throws {
        let server = try PostgreSQLServer()
        let product = try Product(
            hosts: 1,
            instances: [
                "{main: {software: postgresql, vars: {port: \(server.port), socket_dir: \(server.directory.path), bindir: \(server.programs)}}}"
            ])
        let up = try run(product, "db.postgresql.check.quick", "-e", "write_test=true")
        #expect(up.code == 0 && up.targets[0].text("level") == "ok", "\(up)")
        #expect(up.targets[0].steps.contains { $0.part("outputs").number("connections") >= 0 })
        try server.stop()
        let down = try run(product, "db.postgresql.check.quick")
        #expect(down.code == 2 && findings(down.targets[0]).contains("DB-PG-010"), "\(down)")
    }

    @Test("a clock that chronyd keeps is proven to be kept, and one that nobody keeps is not called good")
    func clock() throws {
        let product = try Product(hosts: 1)
        let pair = try ChronyPair()
        let kept = try run(product, "os.check.ntp", "-e", "chrony_address=\(pair.socket)")
        let outputs = kept.targets[0].steps.last?.part("outputs") ?? [:]
        #expect(
            kept.code == 0 && outputs.text("daemon") == "chronyd" && outputs["synchronised"] as? Bool == true, "\(kept)"
        )
        #expect(abs(outputs["offset_ms"] as? Double ?? 1e9) < 100)
        let unheard = try run(product, "os.check.ntp", "-e", "chrony_address=/nowhere/chronyd.sock")
        #expect(unheard.targets[0].text("level") != "ok", "\(unheard)")
    }

    @Test("memory and processes are told as the host itself tells them")
    func host() throws {
        let product = try Product(hosts: 1)
        let memory = try run(product, "os.check.memory", "-e", "mem_error_pct=100", "-e", "mem_warn_pct=100")
        let total = memory.targets[0].steps[0].part("outputs").number("total_bytes")
        let kilobytes = try shell(["/usr/bin/awk", "/^MemTotal/ { print $2 }", "/proc/meminfo"]).output
        #expect(total == (Int(kilobytes.filter(\.isNumber)) ?? 0) * 1024)

        let there = try run(product, "os.check.process-online", "-e", "processes=sshd")
        #expect(there.code == 0 && there.targets[0].steps[0].part("outputs").number("missing") == 0, "\(there)")
        let missing = try run(product, "os.check.process-online", "-e", "processes=sshd,no-such-daemon")
        #expect(missing.code == 2 && findings(missing.targets[0]).contains("OS-PRC-110"))
    }

    @Test("quick check and triage look at everything and say so, in the operator's language")
    func overview() throws {
        let product = try Product(hosts: 1)
        let quick = try run(product, "os.check.quick")
        #expect([0, 2].contains(quick.code))
        let host = quick.targets[0].steps.first { $0.text("path") == "host" }?.part("outputs") ?? [:]
        let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        #expect(host.text("boot_id") == boot.trimmingCharacters(in: .newlines))

        let triage = try product.run(
            "run", "os.incident.triage", "--on", "all", "-o", "json", "--quiet", "-e", "sample=1s", "-e",
            "rtt_warn_ms=1000",
            "--lang", "ko")
        let steps = try triage.json().targets[0].steps
        #expect(steps.count { $0.text("state") != "skipped" } == steps.count, "a layer was not looked at")
        let verdict = steps.last?.text("summary") ?? ""
        #expect(verdict.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }, "\(verdict)")
    }
}
