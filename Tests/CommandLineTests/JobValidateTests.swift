// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CommandLineClient

@Suite("firstline job validate")
struct JobValidateTests {
    private func bench(_ folder: String) -> Bench {
        var bench = Bench()
        bench.playbooks = Cases.path(folder)
        return bench
    }

    @Test("a library without problems is counted")
    func good() async {
        let ended = await bench("Stand-ins").run("job", "validate", "--no-plan")
        #expect(ended.status == 0)
        #expect(ended.data == "2 jobs, no problems\n")
        #expect(ended.talk == "")
    }

    @Test("what is only worth a warning is reported in the same way and does no harm")
    func warnings() async throws {
        let ended = await Bench().run("job", "validate", "--no-plan")
        #expect(ended.status == 0)
        #expect(ended.data == "6 jobs, 9 warnings\n")
        try Cases.expect(ended.talk, is: "Answers/job-validate-warnings.txt")
    }

    @Test("every problem is reported in one go, one a line, with its place", arguments: [[], ["--no-plan"]])
    func broken(options: [String]) async throws {
        let ended = await bench("Broken").run(["job", "validate"] + options)
        #expect(ended.status == 64)
        #expect(ended.data == "")
        try Cases.expect(ended.talk, is: "Answers/job-validate\(options.joined()).txt")
    }

    @Test("problems are rows for programs")
    func rows() async throws {
        let ended = await bench("Broken").run("job", "validate", "-o", "json")
        #expect(ended.status == 64)
        try Cases.expect(ended.data, is: "Answers/job-validate.json")
        #expect(ended.talk.hasSuffix(" errors\n"))
    }

    @Test(
        "a job, a file or a directory can be validated alone",
        arguments: [
            ("os.good", 0), ("os.keys", 64), ("os/good.yaml", 0), ("os/keys.yaml", 64), ("os", 64), ("os.nothing", 64),
            ("os/no.yaml", 64),
        ])
    func alone(what: String, status: Int32) async {
        let word = what.contains("/") || what == "os" ? Cases.path("Broken/" + what) : what
        let ended = await bench("Broken").run("job", "validate", word)
        #expect(ended.status == status, "\(ended.talk)")
        if status == 0 { #expect(ended.data == "1 job, no problems\n") }
    }

    @Test("a file inside the playbooks has the id of its path, also when it is planned")
    func fileInside() async {
        let ended = await Bench().run("job", "validate", Cases.path("Playbooks/mw/nginx/restart.yaml"))
        #expect(ended.status == 0, "\(ended.talk)")
        #expect(ended.data == "1 job, 3 warnings\n")
    }

    @Test("a file that stands nowhere is validated all the same")
    func fileOutside() async {
        var bench = Bench()
        bench.playbooks = "/nonexistent"
        let ended = await bench.run("job", "validate", Cases.path("Broken/os/good.yaml"))
        #expect(ended.data == "1 job, no problems\n")
    }

    @Test("jobs are planned with stand-ins for what must be given, on hosts that their selections name")
    func standIns() async {
        let ended = await bench("Stand-ins").run("job", "validate", "os.all")
        #expect(ended.status == 0, "\(ended.talk)")
        #expect(ended.talk == "")
    }

    @Test("a job for which no stand-in is found is said not to be planned")
    func odd() async {
        let ended = await bench("Stand-ins").run("job", "validate", "os.odd")
        #expect(ended.status == 0)
        #expect(ended.data == "1 job, 1 warning\n")
        #expect(ended.talk.contains("odd.yaml:4:3: warning: parameters/odd: is not planned"))
    }
}
