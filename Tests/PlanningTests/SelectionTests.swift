// SPDX-License-Identifier: Apache-2.0

import Model
import Planning
import Testing

@Suite("Selecting targets")
struct SelectionTests {
    @Test(
        "selections name the targets people mean",
        arguments: [
            ("all", "web01 web02 web03 web04 db01 app01"), ("web02", "web02"), ("web[02-03]", "web02 web03"),
            ("web*", "web01 web02 web03 web04"),
            ("db01,web01", "web01 db01"), ("group=web", "web01 web02 web03 web04"),
            ("service=shop", "web01 web02 web03 web04 db01"),
            ("label.env=stage", "app01"), ("label.env!=prod", "app01"), ("all and not group=web", "db01 app01"),
            ("(web01 or db01) and label.env=prod", "web01 db01"), ("all:!web*", "db01 app01"),
            ("web*:&web[01-02]", "web01 web02"),
            ("software=tomcat", "app01/t1 app01/t2"), ("software=tomcat>=10", "app01/t2"),
            ("software=tomcat<10", "app01/t1"),
            ("app01/t1", "app01/t1"), ("app01/*", "app01/t1 app01/t2"), ("instance=t2", "app01/t2"),
            ("web0?", "web01 web02 web03 web04"),
            ("not web*", "db01 app01"), ("os=linux and group=db", "db01"),
        ])
    func selections(text: String, expected: String) throws {
        let bench = try Workbench([:])
        let targets = try Selection.targets(on: text, except: nil, in: bench.inventory)
        #expect(targets.map(\.description).joined(separator: " ") == expected)
    }

    @Test("except takes hosts and instances away")
    func except() throws {
        let bench = try Workbench([:])
        #expect(
            try Selection.targets(on: "group=web", except: "web[01-03]", in: bench.inventory).map(\.description) == [
                "web04"
            ])
        #expect(
            try Selection.targets(on: "software=tomcat", except: "app01/t1", in: bench.inventory).map(\.description)
                == ["app01/t2"])
    }

    @Test(
        "what names nothing is an error that says what to do, never all",
        arguments: [
            ("", "say which hosts"), ("  ", "say which hosts"), ("nosuch", "no host matches 'nosuch'"),
            ("old01", "names only hosts that are not in use: old01"), ("colour=red", "'colour' cannot be selected by"),
            ("web01 and", "something is missing at the end"), ("(web01", "a ')' is missing"),
            ("web[5-1]", "is not a name, a range"),
            ("web01 web02", "this does not belong here"),
        ])
    func refused(text: String, message: String) throws {
        let bench = try Workbench([:])
        #expect {
            try Selection.targets(on: text, except: nil, in: bench.inventory)
        } throws: { "\($0)".contains(message) }
    }
}
