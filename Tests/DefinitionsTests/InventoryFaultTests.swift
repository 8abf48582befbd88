// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

/// What owners of inventories write and other readers take.
@Suite("Inventories that come from elsewhere")
struct InventoryFaultTests {
    private let folder = ScratchFolder()
    private let reader = InventoryReader(home: "/home/ops")

    private func read(_ text: String, _ file: String = "in.ini") -> (inventory: Inventory, messages: [String]) {
        let (inventory, problems) = reader.read(Array(text.utf8), file: file)
        return (inventory, problems.all.map(\.description))
    }

    @Test("a backslash between double quotes is kept, but before a quote and another backslash")
    func backslashes() throws {
        let line = #"w1 a="CORP\svc" b="C:\Temp\new" c="say \"x\"" d="two\\one" e='one\\' f=CORP\svc"#
        let host = try #require(read("[w]\n" + line).inventory["w1"])
        let texts = host.variables.mapValues(\.text)
        #expect(
            texts == [
                "a": #"CORP\svc"#, "b": #"C:\Temp\new"#, "c": #"say "x""#, "d": #"two\one"#, "e": #"one\\"#,
                "f": "CORPsvc",
            ])
    }

    @Test("a range without a beginning begins at 0")
    func openRange() {
        #expect(read("[a]\nx[:3]").inventory.hosts.map(\.name.rawValue) == ["x0", "x1", "x2", "x3"])
    }

    @Test(
        "a range that cannot be read says which forms there are",
        arguments: [
            ("in.ini", "x[1-9]", "is not a range such as [01:20] or [a:f]; a step is a third number, as in [1:9:2]"),
            (
                "in.yaml", "firstline: 1\nhosts: {\"x[1-9/2]\": {}}",
                "is not a range such as [01-20] or [a-f] (there are no steps and no lists in it)"
            ),
            (
                "in.yaml", "firstline: 1\nhosts: {\"x[1,3,5-7]\": {}}",
                "is not a range such as [01-20] or [a-f] (there are no steps and no lists in it)"
            ),
        ])
    func ranges(file: String, text: String, message: String) {
        #expect(read(text, file).messages.first?.hasSuffix(message) == true, "\(read(text, file).messages)")
    }

    @Test("a host may be an IPv6 address, with a port behind it, in every form of Ansible")
    func addresses() throws {
        let written = [
            ("in.ini", "[six]\n::1\n[2001:db8::5]:2222\nfe80::1%eth0\n"),
            ("in.yml", "six:\n  hosts:\n    \"::1\":\n    \"[2001:db8::5]:2222\":\n    \"fe80::1%eth0\":\n"),
            ("in.json", #"{"six": {"hosts": ["::1", "[2001:db8::5]:2222", "fe80::1%eth0"]}}"#),
        ]
        for (file, text) in written {
            let (inventory, messages) = read(text, file)
            #expect(messages == [])
            #expect(inventory.hosts.map(\.connection.address) == ["::1", "2001:db8::5", "fe80::1%eth0"])
            #expect(inventory.hosts.map(\.connection.port) == [22, 2222, 22])
            #expect(inventory.hosts.map(\.name.rawValue) == ["v6---1", "v6-2001-db8--5", "v6-fe80--1.eth0"])
            #expect(inventory.hosts.allSatisfy { $0.groups.contains("six") })
        }
    }

    @Test("a port behind a host or a range means the same in INI and YAML")
    func ports() {
        let (ini, _) = read("[a]\nh1:2222\nh[1:2].x:2200\n")
        let (yaml, messages) = read("a:\n  hosts:\n    \"h1:2222\":\n    \"h[1:2].x:2200\":\n", "in.yml")
        #expect(messages == [])
        #expect(yaml.hosts.map(\.name) == ini.hosts.map(\.name) && yaml.hosts.count == 3)
        #expect(yaml.hosts.map(\.connection.port) == [2222, 2200, 2200])
        #expect(ini.hosts.map(\.connection.port) == [2222, 2200, 2200])
    }

    @Test("a group that no section declares is an error, as a child and with variables")
    func undeclared() {
        #expect(
            read("[web]\nw1\n[db]\nd1\n[prod:children]\nweb\nbd\n[wbe:vars]\na=1\n").messages == [
                "in.ini:7:1: error: prod:children: there is no section [bd]; did you mean 'db'?",
                "in.ini:8:1: error: wbe:vars: there is no section [wbe]; did you mean 'web'?",
            ])
    }

    @Test("a group named like a host is worth a warning that says how each is selected")
    func sharedName() {
        #expect(
            read("[web]\nweb\nw1\n").messages == [
                "in.ini:1:1: warning: web: 'web' names a host and a group; alone it means the host, and group=web the group"
            ])
    }

    @Test("a map reaches programs as JSON")
    func maps() throws {
        let text = "all:\n  hosts:\n    h:\n      o: {a: {b: 1}, c: \"x=y z\", d: [1, null, true], e: a/b}\n"
        let host = try #require(read(text, "in.yml").inventory["h"])
        #expect(host.variables["o"] == .text(#"{"a":{"b":1},"c":"x=y z","d":[1,null,true],"e":"a/b"}"#))
    }

    @Test("of the files in a group's folder only those count that Ansible reads")
    func foldersOfVariables() throws {
        folder.write("group_vars/web/vars.yml", "ansible_user: newops\n")
        for name in [
            "vars.yml.bak", "vars.yml.orig", "vars.disabled", "x.2024", "x.j2", "x.yml~", ".x.yml", "sub.d/x.yml",
        ] {
            folder.write("group_vars/web/\(name)", "ansible_user: oldroot\n")
        }
        folder.write("group_vars/web/README.md", "Notes: [see wiki\n")
        folder.write("group_vars/web/notes.txt", "Notes: [see wiki\n")
        let (inventory, problems) = reader.read(path: folder.write("in.ini", "[web]\nh1\n"))
        #expect(inventory["h1"]?.connection.user == "newops")
        #expect(problems.all.isEmpty)
    }

    @Test("the first of a group's files counts alone: without ending, then .yml, .yaml and .json")
    func firstFile() {
        folder.write("group_vars/web.yaml", "a: yaml\nb: yaml\n")
        folder.write("group_vars/web.yml", "a: yml\n")
        let inventory = reader.read(path: folder.write("in.ini", "[web]\nh1\n")).inventory
        #expect(inventory["h1"]?.variables == ["a": .text("yml")])
    }

    @Test("a warning that comes with every host is given once, with a count")
    func repeatedWarnings() {
        let lines = (1...500).map {
            "w\($0) ansible_become=yes ansible_become_user=root ansible_ssh_common_args=\"-o A=b -o C=d\""
        }
        #expect(
            read("[web]\n" + lines.joined(separator: "\n")).messages == [
                "in.ini:2:4: warning: ansible_become: is not used: a task says which account it runs as (and 499 more like it)",
                "in.ini:2:23: warning: ansible_become_user: is not used: a task says which account it runs as (and 499 more like it)",
                "in.ini:2:48: warning: ansible_ssh_common_args: the ssh option 'A' is not used (and 499 more like it)",
                "in.ini:2:48: warning: ansible_ssh_common_args: the ssh option 'C' is not used (and 499 more like it)",
            ])
    }

    @Test("the rule for a host's name says that it means ASCII")
    func hostName() {
        #expect(
            read("[web]\n웹서버1\n").messages == [
                "in.ini:2:1: error: the name of the host must begin with an ASCII letter or digit and hold only ASCII letters, digits, '.', '_' and '-', at most 253 of them"
            ])
    }

    @Test("a list of hosts and a folder in place of a file are told what to do")
    func notAFile() {
        let list = reader.read(path: "h1,h2").problems.description
        #expect(
            list
                == "error: h1,h2 does not exist; a list of hosts comes from standard input: printf '%s\\n' HOST HOST | firstline … -i -"
        )
        let said = reader.read(path: folder.path).problems.description
        #expect(
            said.hasSuffix(
                "is a folder, not a file; name a file in it, or let Ansible put it together: ansible-inventory -i \(folder.path) --list | firstline … -i -"
            ), "\(said)")
    }

    @Test("a table may begin with the line in which Excel names the separator")
    func excel() {
        for file in ["in.csv", "in"] {
            let (inventory, messages) = read("sep=;\r\nhost;address\r\nweb1;10.0.0.1\r\nweb 2;10.0.0.2\r\n", file)
            #expect(inventory.hosts.map(\.connection.address) == ["10.0.0.1"])
            #expect(messages.first?.hasPrefix("\(file):4:1: error") == true, "\(messages)")
        }
    }

    @Test(
        "a file that is no inventory is told by ten lines and a count, and nothing of it is repeated",
        arguments: [
            ("in", ""), ("in.ini", "[a]\n"), ("in.ini", "[a:children]\n"), ("in.ini", "[a]\n[a:vars]\n"),
            ("config", "Host a\n"),
            ("in.csv", "host,user\n"), ("in.csv", "address;port\n"),
        ])
    func noInventory(file: String, heading: String) {
        let lines = (1...40).map { file == "config" ? "secret\($0):\n" : "secret-\($0):$6$salt,$6$hash\n" }
        let (_, problems) = reader.read(Array((heading + lines.joined()).utf8), file: file)
        let messages = problems.all.map(\.description)
        #expect(
            !messages.contains { $0.contains("secret") || $0.contains("salt") || $0.contains("hash") }, "\(messages)")
        #expect(messages.count == 11, "\(messages)")
        #expect(messages.last?.hasSuffix("error: and 30 more mistakes; mend these first, or name an inventory") == true)
    }

    @Test("a table without a column of hosts is one mistake, and its cells are not repeated")
    func noTable() {
        let messages = read("secret1,secret2\nsecret3,secret4\n", "in.csv").messages
        #expect(
            messages == [
                "in.csv:1:1: error: the first row must name the columns; 'host' or 'address' must be among them"
            ])
    }

    @Test("a kind of section that is none is not repeated; one that is nearly right is named")
    func kindOfSection() {
        #expect(read("[a:secret]\nb\n").messages.first == "in.ini:1:1: error: this is not a kind of section")
        #expect(
            read("[a:childern]\nb\n").messages.first
                == "in.ini:1:1: error: this is not a kind of section; did you mean 'children'?")
    }

    @Test("an ssh configuration that includes itself ends at once, however often it does")
    func selfInclusion() {
        let path = folder.write("config", "Include config\nInclude config\nInclude config\nHost a\n")
        let (inventory, problems) = reader.read(path: path)
        #expect(inventory["a"] != nil)
        #expect(problems.all.map(\.message) == Array(repeating: "the file '\(path)' includes itself", count: 3))
        folder.write("one", "Include two\nInclude two\nInclude two\n")
        folder.write("two", "Include one\nInclude one\nInclude one\n")
        #expect(reader.read(path: folder.path + "/one", format: .sshConfig).problems.hasErrors)
    }

    @Test("files that include many others end at a bound")
    func manyInclusions() {
        for level in 0..<9 {
            let next = "Include level\(level + 1)\n"
            folder.write("level\(level)", String(repeating: next, count: 4))
        }
        folder.write("level9", "Host a\n")
        let problems = reader.read(path: folder.path + "/level0", format: .sshConfig).problems
        #expect(problems.all.map(\.message) == ["more than 1000 files are included"])
    }
}
