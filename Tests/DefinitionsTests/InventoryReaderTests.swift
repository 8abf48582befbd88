// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("Inventories and what stands beside them")
struct InventoryReaderTests {
    private let folder = ScratchFolder()
    private let reader = InventoryReader(home: "/home/ops")

    @Test("variables of groups and hosts are read from files beside an inventory of Ansible")
    func variablesBeside() throws {
        folder.write("group_vars/all.yml", "level: all\nall_file: 1\n")
        folder.write("group_vars/web/one.yml", "level: web\n")
        folder.write("group_vars/web/two.json", #"{"two": [1, "x"]}"#)
        folder.write("group_vars/other.yml", "not: {ours: [}")
        folder.write("host_vars/a", "who: file\n")
        folder.write("host_vars/b.yml", "$ANSIBLE_VAULT;1.1;AES256\n61\n")
        folder.write("host_vars/a.example.com.yaml", "ansible_port: 2022\n")
        let text = "[web]\na who=line mine=1\nb\na.example.com\n[web:vars]\nlevel=inventory\nfrom=inventory\n"
        let (inventory, problems) = reader.read(path: folder.write("hosts", text))
        let host = try #require(inventory["a"])
        #expect(
            host.variables == [
                "level": .text("web"), "all_file": .integer(1), "two": .list([.integer(1), .text("x")]),
                "who": .text("file"),
                "mine": .integer(1), "from": .text("inventory"),
            ])
        #expect(inventory["a.example.com"]?.connection.port == 2022)
        #expect(problems.all.map(\.severity) == [.warning])
        #expect(problems.all.first?.place?.file == folder.path + "/host_vars/b.yml")
    }

    @Test("a range of letters whose step goes beyond its end has its first name only", arguments: [300, Int.max])
    func longStep(step: Int) {
        let (inventory, problems) = reader.read(path: folder.write("hosts", "[web]\nweb[a:f:\(step)]\n"))
        #expect(inventory.hosts.map(\.name) == ["weba"])
        #expect(problems.all.isEmpty)
    }

    @Test("old algorithms are used only for hosts that ask for them, with a warning")
    func oldAlgorithms() {
        let text = "firstline: 1\nhosts:\n  new:\n  old: {oldAlgorithms: true}\n"
        let (inventory, problems) = reader.read(Array(text.utf8), file: "hosts.yaml")
        #expect(
            inventory["old"]?.connection.oldAlgorithms == true && inventory["new"]?.connection.oldAlgorithms != true)
        #expect(problems.all.map(\.severity) == [.warning])
        #expect(
            problems.all.first?.message.contains("connections to such hosts can be read and forged; update their sshd")
                == true)
    }

    @Test("an inventory that did not come from a file reads nothing beside it")
    func nothingBeside() {
        let (inventory, problems) = reader.read(Array("[web]\na\n".utf8), file: "-")
        #expect(inventory.hosts.map(\.name) == ["a"])
        #expect(problems.all.isEmpty)
    }

    @Test("an ssh configuration includes other files where it says so, and under the same conditions")
    func includes() {
        folder.write("conf.d/one", "Host one\n  User first\nMatch all\n  User never\n")
        folder.write("conf.d/two", "Host two\n  User second\nHost web*\n  Port 2200\n")
        folder.write("only-web", "User webby\nHost hidden\n  User x\nHost web2\n  User never\n")
        let text =
            "Include conf.d/*\nHost web*\n  Include only-web\n  User late\nHost web1 web2\n  Port 99\nHost *\n  User last\n"
        let (inventory, problems) = reader.read(path: folder.write("config", text))
        #expect(inventory.hosts.map(\.name) == ["one", "two", "web2", "web1"])
        #expect(inventory.hosts.map(\.connection.user) == ["first", "second", "webby", "webby"])
        #expect(inventory.hosts.map(\.connection.port) == [22, 22, 2200, 2200])
        #expect(problems.all.count == 1)
    }

    @Test("files that include each other are a problem, not an endless loop")
    func includeCircle() {
        let path = folder.write("config", "Include config\nHost a\n")
        #expect(reader.read(path: path).problems.hasErrors)
    }

    @Test("paths of key files begin at home or at the inventory's folder")
    func keyPaths() {
        let text = "firstline: 1\nhosts: {a: {key: [~/.ssh/a, keys/a, /k]}}\n"
        let keys = ["/home/ops/.ssh/a", folder.path + "/keys/a", "/k"]
        #expect(reader.read(path: folder.write("x.yaml", text)).inventory["a"]?.connection.keyFiles == keys)
    }

    @Test("a file that is not there, a folder and a broken file are problems")
    func unreadable() {
        #expect(reader.read(path: folder.path + "/none").problems.description.hasSuffix("none does not exist"))
        #expect(reader.read(path: folder.path).problems.description.contains("is a folder, not a file; "))
    }

    @Test(
        "the format is found out by ending and content",
        arguments: [
            ("x.json", "", InventoryFormat.ansibleJSON), ("x.csv", "", .csv), ("x.tsv", "", .csv),
            ("x.ini", "", .ansibleINI),
            ("/etc/ssh/ssh_config", "", .sshConfig), ("/home/ops/.ssh/config", "", .sshConfig),
            ("x.yaml", "firstline: 1", .firstline), ("x.yml", "hosts: {}", .firstline),
            ("x.yml", "all:\n", .ansibleYAML),
            ("-", "web1\nweb2\n", .list), ("-", "[::1]:22\n", .list), ("-", "# [x]\nops@web:22\n", .list),
            ("-", "", .list),
            ("-", "web1\n[web]\n", .ansibleINI), ("-", "web1 a=b\n", .ansibleINI),
            ("-", "web[01:20]\n[x:vars]\n", .ansibleINI),
            ("-", "\n{\"a\": {}}", .ansibleJSON), ("-", "host,address\n", .csv), ("-", "서버명\t주소\n", .csv),
            ("-", "HOST web\n", .sshConfig), ("-", "Include x\n", .sshConfig), ("-", "---\nall:\n", .ansibleYAML),
            ("-", "web:\n  hosts:\n", .ansibleYAML), ("-", "# x\nfirstline: 1\n", .firstline),
        ] as [(String, String, InventoryFormat)])
    func detection(file: String, text: String, format: InventoryFormat) {
        #expect(InventoryFormat.detect(SourceText(file: file, text: text)) == format)
    }

    @Test("ten thousand hosts are read with their groups, jumps and variables")
    func many() {
        var text = "firstline: 1\ndefaults: {user: ops, jump: bastion}\nhosts:\n  bastion: {}\n"
        for number in 0..<10_000 {
            text +=
                "  web\(number): {address: 10.0.\(number / 256).\(number % 256), labels: {env: prod}, vars: {a: \(number)}}\n"
        }
        text += "groups:\n  web: {hosts: [\"web[0-9999]\"], vars: {b: 2}}\n  all: {children: [web]}\n"
        let (inventory, problems) = reader.read(Array(text.utf8), file: "x.yaml")
        #expect(problems.all.isEmpty)
        #expect(inventory.hosts.count == 10_001)
        #expect(inventory["web9999"]?.groups == ["web", "all"])
        #expect(inventory["web9999"]?.variables == ["a": .integer(9999), "b": .integer(2)])
        #expect(inventory["web9999"]?.connection.jump == "bastion")
    }

    @Test("more hosts than an inventory holds are a problem told once")
    func tooMany() {
        let text = "firstline: 1\nhosts:\n  a[1-60000]: {}\n  b[1-60000]: {}\n"
        let (inventory, problems) = reader.read(Array(text.utf8), file: "x.yaml")
        #expect(inventory.hosts.count == 100_000)
        #expect(problems.all.map(\.message) == ["an inventory holds at most 100000 hosts"])
    }
}
