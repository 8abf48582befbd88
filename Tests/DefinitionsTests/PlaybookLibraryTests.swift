// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("A library of playbooks")
struct PlaybookLibraryTests {
    private let folder = ScratchFolder()

    private func playbook(calling jobs: String...) -> String {
        let tasks = jobs.enumerated().map { "  call\($0): {type: ExecuteJOB, with: {job: \($1)}}\n" }
        return "firstline: 1\ntitle: x\ntasks:\n  start: {type: Start}\n" + tasks.joined()
    }

    @Test("ids are paths with dots; hidden files, parts and inventories are passed over")
    func ids() {
        for name in [
            "mw/nginx/restart.yaml", "os/check.yaml", "top.yaml", ".hidden.yaml", "_part.yaml", "_parts/a.yaml",
            ".git/a.yaml",
            "Hosts.yaml", "os/Hosts-prod.yaml", "README.md", "os/check.sh",
        ] { folder.write(name, playbook()) }
        let (library, problems) = PlaybookLibrary.load(directories: [folder.path])
        #expect(library.all.map(\.id) == ["mw.nginx.restart", "os.check", "top"])
        #expect(problems.all.isEmpty)
    }

    @Test("a name that cannot be an id, and the ending .yml, are reported")
    func names() {
        folder.write("a b.yaml", playbook())
        folder.write("a.b/c.yaml", playbook())
        folder.write("d.yml", playbook())
        let problems = PlaybookLibrary.load(directories: [folder.path]).problems
        #expect(problems.errors.count == 2)
        #expect(problems.all.count == 3)
    }

    @Test("two playbooks of one id are reported and the first counts; one folder named twice is no clash")
    func clashes() {
        folder.write("one/a.yaml", playbook(calling: "first"))
        folder.write("two/a.yaml", playbook(calling: "second"))
        let (one, two) = (folder.path + "/one", folder.path + "/two")
        let (library, problems) = PlaybookLibrary.load(directories: [one, two, one])
        #expect(problems.description == "error: the job 'a' is written twice: \(one)/a.yaml and \(two)/a.yaml")
        #expect(library["a"]?.tasks.last?.settings["job"]?.text == "first")
        #expect(PlaybookLibrary.read(job: "a", directories: [one, two]).problems == problems)
    }

    @Test("a broken playbook is left out and the others are still there")
    func broken() {
        folder.write("good.yaml", playbook())
        folder.write("bad.yaml", "firstline: 1\n")
        let (library, problems) = PlaybookLibrary.load(directories: [folder.path])
        #expect(library.all.map(\.id) == ["good"])
        #expect(problems.hasErrors)
    }

    @Test("a folder that is not there is a problem")
    func missingFolder() {
        #expect(
            PlaybookLibrary.load(directories: [folder.path + "/no"]).problems.description.contains("does not exist"))
    }

    @Test("one job is read with the jobs it calls, and nothing else")
    func closure() {
        folder.write("a.yaml", playbook(calling: "mw.b", "not.there", "\"${params.job}\""))
        folder.write("mw/b.yaml", playbook(calling: "a") + "batch: 1\nbetween: {job: os.c}\n")
        folder.write("os/c.yaml", playbook())
        folder.write("broken.yaml", "{")
        let (library, problems) = PlaybookLibrary.read(job: "a", directories: [folder.path])
        #expect(library.all.map(\.id) == ["a", "mw.b", "os.c"])
        #expect(problems.all.isEmpty)
    }

    @Test("a job that is not there is reported with the one that was meant")
    func unknownJob() {
        folder.write("mw/nginx/restart.yaml", playbook())
        let (library, problems) = PlaybookLibrary.read(job: "mw.nginx.restrat", directories: [folder.path])
        #expect(library.all.isEmpty)
        #expect(problems.description == "error: there is no job 'mw.nginx.restrat'; did you mean 'mw.nginx.restart'?")
    }

    @Test("an id never leads out of the folders", arguments: ["../x", "..", "a..b", "/etc/passwd", "", ".x", "x."])
    func escapes(id: String) {
        folder.write("x.yaml", playbook())
        #expect(PlaybookLibrary.read(job: JobID(id), directories: [folder.path]).problems.hasErrors)
    }

    @Test("a link to a folder is not followed, so that a circle of links ends")
    func links() {
        folder.write("a/b.yaml", playbook())
        folder.link("a/back", to: folder.path)
        #expect(PlaybookLibrary.load(directories: [folder.path]).library.all.map(\.id) == ["a.b"])
    }
}

@Suite("Scripts beside a playbook")
struct ScriptFileTests {
    private let folder = ScratchFolder()

    private func read(_ file: String) -> (job: Job?, problems: Problems) {
        let path = folder.write(
            "a.yaml", "firstline: 1\ntitle: x\ntasks:\n  run: {type: RunProgram, with: {script: {file: \(file)}}}\n")
        return PlaybookReader.read(path: path, id: "a")
    }

    @Test("a script's text stands in the settings with its name, and never has values filled in")
    func text() {
        folder.write("x.sh", "echo ${HOME}\n")
        let script = read("x.sh").job?.tasks.first?.settings["script"]
        #expect(script?["text"]?.content == .scalar("echo ${HOME}\n", quoted: true))
        #expect(script?["file"]?.text == "x.sh")
    }

    @Test("a link inside the folder is read, one that leaves it is not")
    func links() {
        let outside = ScratchFolder()
        outside.write("secret.sh", "secret")
        folder.write("x.sh", "inside")
        folder.link("inside.sh", to: "x.sh")
        folder.link("outside.sh", to: outside.path + "/secret.sh")
        folder.link("folder", to: outside.path)
        #expect(read("inside.sh").job != nil)
        #expect(read("outside.sh").problems.description.contains("leaves the playbook's folder"))
        #expect(read("folder/secret.sh").problems.description.contains("leaves the playbook's folder"))
    }

    @Test("a script above 1 MB, of other bytes than text, or that is a pipe is refused")
    func unreadable() {
        folder.write("large.sh", String(repeating: "x", count: 1_000_001))
        folder.write("binary.sh", [0x7F, 0x45, 0x00])
        folder.write("korean.sh", [0xB0, 0xA1])
        folder.link("device.sh", to: "/dev/zero")
        #expect(read("large.sh").problems.description.contains("is larger than 1 MB"))
        #expect(read("binary.sh").problems.description.contains("is not UTF-8 text"))
        #expect(read("korean.sh").problems.description.contains("is not UTF-8 text"))
        #expect(read("device.sh").problems.hasErrors)
    }

    @Test("a missing script is reported with the path that was tried and the name that was meant")
    func missing() {
        folder.write("config-test.sh", "")
        let problems = read("config-tset.sh").problems
        #expect(
            problems.all.first?.message
                == "there is no file \(folder.path)/config-tset.sh; did you mean 'config-test.sh'?")
    }
}
