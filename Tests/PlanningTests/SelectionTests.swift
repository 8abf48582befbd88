// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

@Suite("Selecting targets")
struct SelectionTests {
    private func targets(_ on: String?, except: String? = nil) throws -> String {
        let bench = try Workbench([:])
        return try Selection(on: on, except: except, in: bench.inventory).targets.map(\.description)
            .joined(separator: " ")
    }

    @Test(
        "selections name the targets people mean",
        arguments: [
            ("all", "web01 web02 web03 web04 db01 app01"), ("web02", "web02"), ("web[02-03]", "web02 web03"),
            ("web*", "web01 web02 web03 web04"),
            ("db01,web01", "web01 db01"), ("group=web", "web01 web02 web03 web04"),
            ("service=shop", "web01 web02 web03 web04 db01"),
            ("label.env=stage", "app01"), ("label.env!=prod", "app01"), ("all and not group=web", "db01 app01"),
            ("(web01 or db01) and label.env=prod", "web01 db01"),
            ("software=tomcat", "app01/t1 app01/t2"), ("software=tomcat>=10", "app01/t2"),
            ("software=tomcat<10", "app01/t1"),
            ("app01/t1", "app01/t1"), ("app01/*", "app01/t1 app01/t2"), ("instance=t2", "app01/t2"),
            ("web0?", "web01 web02 web03 web04"),
            ("not web*", "db01 app01"), ("os=linux and group=db", "db01"), ("group=\"web\"", "web01 web02 web03 web04"),
        ])
    func selections(text: String, expected: String) throws {
        #expect(try targets(text) == expected)
    }

    @Test(
        "a word that is no host's name is a group's", arguments: [("web", "web01 web02 web03 web04"), ("db", "db01")])
    func groups(text: String, expected: String) throws {
        #expect(try targets(text) == expected)
    }

    @Test(
        "lists are read as Ansible reads them: plain members together, less those with !, of those with & only, in any order",
        arguments: [
            ("all:!web*", "db01 app01"), ("web*:&web[01-02]", "web01 web02"), ("web01:db01:!web01", "db01"),
            ("web:db:&label.env=prod:!web04", "web01 web02 web03 db01"), ("!web:all", "db01 app01"),
            ("web,!web01,!web02", "web03 web04"), ("&web:all", "web01 web02 web03 web04"),
        ])
    func ansible(text: String, expected: String) throws {
        #expect(try targets(text) == expected)
    }

    @Test(
        "not and != take instances away, never name a host by what is not on it",
        arguments: [
            ("not software=tomcat", "web01 web02 web03 web04 db01"),
            ("not instance=t1", "web01 web02 web03 web04 db01 app01/t2"),
            ("software!=tomcat and app01", ""),
        ])
    func complement(text: String, expected: String) throws {
        if expected.isEmpty {
            #expect(throws: Problems.self) { try targets(text) }
        } else {
            #expect(try targets(text) == expected)
        }
    }

    @Test(
        "except takes hosts and instances away",
        arguments: [
            ("group=web", "web[01-03]", "web04"), ("software=tomcat", "app01/t1", "app01/t2"),
            ("all", "web", "db01 app01"),
            ("all", "software=tomcat", "web01 web02 web03 web04 db01 app01"),
        ])
    func except(on: String, except: String, expected: String) throws {
        #expect(try targets(on, except: except) == expected)
    }

    @Test("an instance that is taken away stays away where the job takes the host's instances by itself")
    func exceptInstance() throws {
        let job =
            "title: {en: T}\nfirstline: 1\ntarget: tomcat\ntasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n"
        let bench = try Workbench(["job": job])
        #expect(try bench.plan(on: "all", except: "app01/t1").lanes.map(\.description).contains("app01/t1") == false)
        #expect(try bench.plan(on: "app01", except: "instance=t1").lanes.map(\.description) == ["app01/t2"])
        #expect {
            try bench.plan(on: "app01", except: "software=tomcat")
        } throws: { "\($0)".contains("the run has no target") }
        let hosts = try Workbench([
            "job": "title: {en: T}\nfirstline: 1\ntasks:\n  a: {type: RunProgram, with: {program: /bin/true}}\n"
        ])
        #expect {
            try hosts.plan(on: "app01", except: "app01/t1")
        } throws: { "\($0)".contains("app01/t1 is an instance, and job works on hosts: take away app01") }
    }

    @Test(
        "what names nothing is an error that says what to do, never all",
        arguments: [
            ("", "say which hosts"), ("  ", "say which hosts"), ("nosuch", "there is no host or group 'nosuch'"),
            ("old01", "names hosts that are not in use: old01"), ("colour=red", "'colour' cannot be selected by"),
            ("web01 and", "something is missing at the end"), ("(web01", "a ')' is missing"),
            ("web[5-1]", "is not a name, a range"), ("web01 web02", "this does not belong here"),
            ("web01,web09", "there is no host or group 'web09'; did you mean 'web01'?"),
            ("web[01-06]", "'web[01-06]' stands for 6 hosts, and the inventory has no web05, web06"),
            ("group=web,group=dbs", "the inventory has no group 'dbs'; did you mean 'db'?"),
            ("service=shp", "the inventory has no service 'shp'; did you mean 'shop'?"),
            ("software>=9", "say which software: software=NAME>=9"),
            ("group=\"web", "the quotation mark is not closed"),
            ("label.env=nowhere", "no host matches 'label.env=nowhere'"),
            ("not nosuch", "there is no host or group 'nosuch'"),
        ])
    func refused(text: String, message: String) throws {
        #expect {
            try targets(text)
        } throws: { "\($0)".contains(message) && "\($0)".contains("--on") }
    }

    @Test(
        "a mistake in --except is told of --except", arguments: ["nosuch", "group=nosuch", "web01 and", "web[05-06]"])
    func refusedExcept(text: String) {
        #expect {
            try targets("all", except: text)
        } throws: { "\($0)".contains("--except") && !"\($0)".contains("--on") }
    }
}
