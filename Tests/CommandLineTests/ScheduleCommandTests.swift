// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CommandLineClient

@Suite("firstline schedule and firstline calendar")
struct ScheduleCommandTests {
    private let schedules = ["-s", Cases.path("Schedules/schedules.yaml")]
    private let special = ["-s", Cases.path("Schedules/special.yaml")]

    @Test(
        "show what starts when, and why",
        arguments: [
            ("schedule-show", ["schedule", "show", "payday", "--from", "2026-12-01"]),
            ("schedule-show-ko", ["schedule", "show", "payday", "--from", "2026-12-01", "--lang", "ko"]),
            ("schedule-next", ["schedule", "next", "--from", "2026-12-20", "-n", "12"]),
            ("schedule-next-one", ["schedule", "next", "berlin", "--from", "2027-01-01"]),
            ("schedule-excluded", ["schedule", "next", "same-day", "--from", "2026-12-01", "-n", "2"]),
            ("schedule-explain", ["schedule", "explain", "payday", "2026-12-22"]),
            ("calendar-show", ["calendar", "show", "kr", "2026"]),
            ("calendar-show-ko", ["calendar", "show", "2026", "kr", "--lang", "ko"]),
        ])
    func shown(answer: String, words: [String]) async throws {
        let ended = await Bench().run(words + schedules)
        #expect(ended.status == 0, "\(ended)")
        try Cases.expect(ended.data, is: "Answers/\(answer).table")
    }

    @Test(
        "hand the same to programs",
        arguments: [
            ("schedule-show", ["schedule", "show", "nightly-dump", "--from", "2026-12-24", "-o", "json"]),
            ("schedule-next", ["schedule", "next", "payday", "--from", "2026-12-20", "-n", "2", "-o", "json"]),
        ])
    func handed(answer: String, words: [String]) async throws {
        let ended = await Bench().run(words + schedules)
        #expect(ended.status == 0, "\(ended)")
        try Cases.expect(ended.data, is: "Answers/\(answer).json")
    }

    @Test(
        "are rehearsed: how often each starts, and which would wait for each other; clashes end with 1",
        arguments: ["table", "json"])
    func rehearsed(form: String) async throws {
        let words = ["schedule", "rehearse", "--from", "2026-12-01", "--to", "2026-12-08", "-o", form]
        let files = ["-s", Cases.path("Schedules/rehearse.yaml"), "-i", Cases.path("Inventories/Hosts.yaml")]
        let ended = await Bench().run(words + files)
        #expect(ended.status == 1)
        #expect(ended.talk.contains("warning: the schedule gone starts the job mw.nginx.reload, which does not exist"))
        try Cases.expect(ended.data, is: "Answers/schedule-rehearse.\(form)")
        // Nothing clashes then, and what could not be run is enough to end with 1.
        let calm = await Bench().run(words + files + ["--takes", "1m"])
        #expect(calm.status == 1 && !calm.data.contains("Clashes") && !calm.data.contains("\"count\""), "\(calm)")
        #expect(calm.data.contains("there is no job mw.nginx.reload"), "\(calm)")
        let everything = await Bench().run(words + files + ["--all"])
        #expect(everything.status == 0)
    }

    @Test("a rehearsal of more starts than can be gone through is refused beforehand, with the bound and the rule")
    func bounded() async {
        let years = ["schedule", "rehearse", "--from", "2026-01-01", "--to", "2046-12-31"] + special
        let refused = await Bench().run(years)
        #expect(refused.status == 64)
        #expect(
            refused.talk.contains(
                "starts, and the most is 1000000; rule 1 of the schedule each-minute gives up to 11044800"),
            "\(refused.talk)")
        let listed = await Bench().run(
            ["schedule", "rehearse", "--all", "--from", "2026-01-01", "--to", "2026-12-31"] + special)
        #expect(listed.status == 64 && listed.talk.contains("the most is 100000;"), "\(listed.talk)")
    }

    @Test("a rehearsal with a selection that finds no host ends with 1 and says so")
    func emptySelection() async throws {
        let text = "firstline: 1\nschedules: {a: {job: mw.nginx.stop, on: nowhere*, zone: UTC, rules: [{day: mon}]}}\n"
        try await Cases.withFolder(["s.yaml": text]) { folder in
            let words = ["schedule", "rehearse", "-s", folder + "/s.yaml", "-i", Cases.path("Inventories/Hosts.yaml")]
            let ended = await Bench().run(words)
            #expect(ended.status == 1 && ended.data.contains("Could not be run"), "\(ended)")
            let json = await Bench().run(words + ["-o", "json"])
            #expect(json.status == 1 && json.data.contains("\"missing\" : [\n    {\n      \"name\" : \"a\""), "\(json)")
        }
    }

    @Test("next and rehearse say for which months a rule of every month starts nothing, and what a calendar lacks")
    func lostMonths() async throws {
        let text = """
            firstline: 1
            calendars: {c: {days: [{closed: 2190-05-01..2190-05-31}]}}
            schedules:
              m: {job: mw.nginx.stop, on: all, zone: UTC, calendar: c, rules: [{day: 15, closed: before, within: 3}]}
            """
        let why = "2190-05-15 is closed, and no open day is within 3 days before it"
        try await Cases.withFolder(["s.yaml": text]) { folder in
            let file = ["-s", folder + "/s.yaml"]
            let next = await Bench().run(["schedule", "next", "m", "--from", "2190-04-01", "-n", "2"] + file)
            #expect(next.status == 0 && next.talk == "m: rule 1 starts nothing for 2190-05: \(why)\n", "\(next)")
            let period = ["--from", "2190-04-01", "--to", "2191-06-30"]
            let ended = await Bench().run(["schedule", "rehearse", "-o", "json"] + period + file)
            #expect(ended.data.contains("\"month\" : \"2190-05\"") && ended.data.contains(why), "\(ended)")
            #expect(
                ended.data.contains("its last dated entry is 2190-05-31; 2191 has only what comes every year"),
                "\(ended)")
        }
    }

    @Test("a rehearsal tells which starts windows and freezes will hinder, and ends with 1 then")
    func hindered() async throws {
        let words = ["schedule", "rehearse", "--from", "2026-12-01", "--to", "2026-12-08"]
        let file = ["-s", Cases.path("Schedules/hindered.yaml")]
        let inventory = ["-i", Cases.path("Inventories/Hosts.yaml")]
        let ended = await Bench().run(words + file + inventory)
        #expect(ended.status == 1)
        try Cases.expect(ended.data, is: "Answers/schedule-hindered.table")
        let japanese = await Bench().run(words + file + inventory + ["--lang", "ja"])
        try Cases.expect(japanese.data, is: "Answers/schedule-hindered-ja.table")
    }

    @Test("a local time that the clocks show twice is told with its offset")
    func twice() async throws {
        let ended = await Bench().run(["schedule", "next", "twice", "--from", "2026-10-25"] + special)
        #expect(ended.status == 0, "\(ended)")
        try Cases.expect(ended.data, is: "Answers/schedule-twice.table")
    }

    @Test("rules are put into words that fit their numbers")
    func singular() async {
        let ended = await Bench().run(["schedule", "show", "singular"] + special)
        let rules = [
            "day 15 of the month, every month, closed: after within 1 day, +1 day, at +0:00, again every 6h until +18:00, from 2026-01-01",
            "day 15 of the month, every 2 months, -2 days, at 8:00, again every 1h30m until 18:00, from 2026-01-01",
        ]
        for rule in rules { #expect(ended.data.contains("   \(rule)\n"), "\(ended)") }
    }

    @Test(
        "rules and reasons are told in the person's language, and to programs in English",
        arguments: [
            (
                "ko", "매월 25일, 비영업일이면 2일 이내의 앞 영업일, 2영업일 전, 9:00",
                "2026-12-25은(는) 비영업일이므로 2026-12-24(으)로 대체; 거기에서 2026-12-22(으)로 이동"
            ),
            (
                "ja", "毎月25日, 休業日なら2日以内の前の運用日, 2運用日前, 9:00",
                "2026-12-25は休業日のため2026-12-24に振替; そこから2026-12-22に移動"
            ),
        ])
    func translated(language: String, rule: String, why: String) async {
        let words = ["schedule", "explain", "payday", "2026-12-22", "--lang", language] + schedules
        let explained = await Bench().run(words)
        #expect(explained.data.contains(rule) && explained.data.contains(why), "\(explained)")
        let show = await Bench().run(
            ["schedule", "show", "payday", "--from", "2026-12-20", "--lang", language] + schedules)
        #expect(show.data.contains(rule) && show.data.contains(why), "\(show)")
        let next = await Bench().run(
            ["schedule", "next", "payday", "--from", "2026-12-20", "-n", "1", "--lang", language] + schedules)
        #expect(next.data.contains(rule) && next.data.contains(why), "\(next)")
        let json = await Bench().run(words + ["--json"])
        #expect(json.data.contains("2026-12-25 is closed, 2026-12-24 stands for it"), "\(json)")
    }

    @Test("of very many starts a table shows the first, other forms show all, with their instants")
    func many() async throws {
        let words = ["schedule", "explain", "each-minute", "2026-12-01"] + special
        let ended = await Bench().run(words)
        #expect(ended.status == 0)
        let lines = ended.data.split(separator: "\n")
        // The headings, 20 of the first rule, how many more, and the second rule.
        #expect(lines.count == 23, "\(ended)")
        #expect(
            lines.contains { $0.hasPrefix("1 ") && $0.hasSuffix("  and 1420 more; -o wide shows them") }, "\(ended)")
        let korean = await Bench().run(words + ["--lang", "ko"])
        #expect(korean.data.contains("외 1420건"), "\(korean)")
        let wide = await Bench().run(words + ["-o", "wide"])
        #expect(wide.data.split(separator: "\n").count == 1442)
        let json = await Bench().run(words + ["--json"])
        let object = try JSONSerialization.jsonObject(with: Data(json.data.utf8))
        let items = try #require(object as? [[String: Any]])
        #expect(items.count == 1441)
        #expect(items[0]["starts"] as? String == "2026-12-01 00:00")
        #expect(items[0]["instant"] as? String == "2026-11-30T23:00:00.000Z")
        #expect(items[0]["zone"] as? String == "Europe/Berlin")
        #expect(items[0]["inUse"] as? Bool == true)
        #expect(items[1440]["instant"] == nil)
    }

    @Test("one that is not in use says so wherever its starts are shown")
    func notInUse() async {
        let sentence = "Not in use: it starts nothing by itself\n"
        let show = await Bench().run(["schedule", "show", "resting"] + schedules)
        #expect(show.data.hasPrefix("resting\n\n\(sentence)\n"), "\(show)")
        let next = await Bench().run(["schedule", "next", "resting"] + schedules)
        #expect(next.status == 0 && next.data.hasPrefix("\(sentence)\nDAY "), "\(next)")
        let names = await Bench().run(["schedule", "next", "resting", "-o", "name"] + schedules)
        #expect(names.data == "" && names.talk == sentence, "\(names)")
        let object = await Bench().run(["schedule", "next", "resting", "-n", "1", "-o", "jsonl"] + schedules)
        #expect(object.data.contains("\"inUse\":false"), "\(object)")
        let explain = await Bench().run(["schedule", "explain", "resting", "2026-12-01"] + schedules)
        #expect(explain.status == 1 && explain.data.hasPrefix("\(sentence)\nNO "), "\(explain)")
        let korean = await Bench().run(["schedule", "next", "resting", "--lang", "ko"] + schedules)
        #expect(korean.data.hasPrefix("미사용: 자동으로 시작하지 않습니다\n"), "\(korean)")
    }

    @Test("what another schedule excludes is neither the next start nor the name of one")
    func excluded() async {
        let listed = await Bench().run(["schedule", "list"] + special)
        let shadowed = listed.data.split(separator: "\n").first { $0.hasPrefix("shadowed") } ?? ""
        #expect(shadowed.contains("  never  "), "\(listed)")
        let korean = await Bench().run(["schedule", "list", "--lang", "ko"] + special)
        #expect(korean.data.contains("  없음"), "\(korean)")
        let csv = await Bench().run(["schedule", "list", "--lang", "ko", "-o", "csv"] + special)
        #expect(csv.data.contains(",never,"), "\(csv)")
        let names = await Bench().run(
            ["schedule", "next", "other-days", "--from", "2026-12-06", "-n", "3", "-o", "name"] + special)
        #expect(
            names.data == "2026-12-05T23:00:00.000Z\n2026-12-07T23:00:00.000Z\n2026-12-08T23:00:00.000Z\n", "\(names)")
        let table = await Bench().run(["schedule", "next", "other-days", "--from", "2026-12-06", "-n", "3"] + special)
        #expect(
            table.data.contains("2026-12-07 00:00  Europe/Berlin  does not run, for mondays is planned for this day"),
            "\(table)")
    }

    @Test("are also those that jobs have of their own, unless they say nothing or are ad hoc")
    func ofJobs() async throws {
        func job(_ with: String) -> String {
            "firstline: 1\ntitle: {en: A}\ntasks:\n  when: {type: Schedule, with: \(with)}\n  do: {type: Start, after: {when: all}}\n"
        }
        let files = [
            "own.yaml": job("{zone: Asia/Seoul, calendar: kr, on: all, rules: [{day: open 1, at: '6:00'}]}"),
            "silent.yaml": job("{}"), "people.yaml": job("{adHoc: true, rules: [{day: 1}]}"),
        ]
        try await Cases.withFolder(files) { folder in
            let bench = Bench(playbooks: folder)
            let listed = await bench.run(["schedule", "list", "-o", "name"] + schedules)
            #expect(listed.data.split(separator: "\n").contains("own"), "\(listed)")
            #expect(!listed.data.contains("silent") && !listed.data.contains("people"))
            let next = await bench.run(["schedule", "next", "own", "--from", "2026-12-01", "-n", "2"] + schedules)
            #expect(
                next.data.contains("2026-12-01  2026-12-01 06:00") && next.data.contains("2027-01-04  2027-01-04 06:00")
            )
            let alone = await bench.run(["schedule", "list", "-s", Cases.path("Schedules/nothing.yaml")])
            #expect(alone.talk.contains("there is no calendar 'kr'"), "\(alone)")
        }
        try await Cases.withFolder(["bad.yaml": job("{on: all, rules: [{day: 02-30}], zoen: UTC}")]) { folder in
            let ended = await Bench(playbooks: folder).run(["job", "validate", "--no-plan"])
            #expect(ended.talk.contains("'02-30': month 2 never has a day 30"), "\(ended)")
            #expect(ended.talk.contains("is not a key of Schedule; did you mean 'zone'?"), "\(ended)")
            #expect(ended.talk.split(separator: "\n").count { $0.contains("zoen") } == 1, "\(ended)")
        }
    }

    @Test("one that is only for callers starts nothing by itself")
    func forCallers() async throws {
        let job = """
            firstline: 1
            title: {en: A}
            tasks:
              when: {type: Schedule, with: {zone: UTC, on: all, called: own-days, rules: [{day: fri}]}}
              do: {type: Start, after: {when: all}}
            """
        try await Cases.withFolder(["friday.yaml": job]) { folder in
            let listed = await Bench(playbooks: folder).run(["schedule", "list"] + schedules)
            let line = listed.data.split(separator: "\n").first { $0.hasPrefix("friday") } ?? ""
            #expect(line.contains("when called"), "\(listed)")
            let next = await Bench(playbooks: folder).run(["schedule", "next", "-n", "50"] + schedules)
            #expect(!next.data.contains("friday"))
            let show = await Bench(playbooks: folder).run(
                ["schedule", "show", "friday", "--from", "2026-12-01"] + schedules)
            #expect(show.data.contains("\nWhen called: it starts nothing by itself, and takes part"), "\(show)")
            let days = "Days on which it takes part\n  DAY         WHY\n  2026-12-04  rule 1\n  2026-12-11  rule 1\n"
            #expect(show.data.contains(days) && !show.data.contains("Next starts"), "\(show)")
            let named = await Bench(playbooks: folder).run(
                ["schedule", "next", "friday", "--from", "2026-12-01", "-n", "1"] + schedules)
            #expect(named.data.hasPrefix("When called: "), "\(named)")
            #expect(named.data.hasSuffix("\n\nDAY         WHY\n2026-12-04  rule 1: fri, at +0:00\n"), "\(named)")
            let explained = await Bench(playbooks: folder).run(
                ["schedule", "explain", "friday", "2026-12-04"] + schedules)
            #expect(explained.status == 0 && explained.data.hasPrefix("When called: "), "\(explained)")
        }
    }

    @Test("are listed; one that is not in use has no next start")
    func listed() async throws {
        let ended = await Bench().run(["schedule", "list", "-o", "name"] + schedules)
        #expect(ended.data == "berlin\nmonth-end\nnightly-dump\npayday\nresting\nsame-day\n")
        let table = await Bench().run(["schedule", "list"] + schedules)
        #expect(table.data.split(separator: "\n").contains { $0.hasPrefix("resting") && $0.contains("not in use") })
        let calendars = await Bench().run(["calendar", "list", "-o", "name"] + schedules)
        #expect(calendars.data == "kr\nweekdays\n")
    }

    @Test("explain why nothing starts on a day, and end with 1", arguments: ["2026-12-25", "2026-12-24"])
    func nothing(day: String) async throws {
        let ended = await Bench().run(["schedule", "explain", "payday", day] + schedules)
        #expect(ended.status == 1)
        let closed = ended.data.contains(
            "it means this day and starts on another; 2026-12-25 is closed, 2026-12-24 stands for it")
        #expect(closed == (day == "2026-12-25"))
        #expect(ended.data.contains("it does not mean this day"))
    }

    @Test("explain that another schedule keeps all starts of a day from running, and end with 1")
    func excludedDay() async {
        let ended = await Bench().run(["schedule", "explain", "same-day", "2026-12-30"] + schedules)
        #expect(ended.status == 1, "\(ended)")
        #expect(
            ended.data.contains("2026-12-30 08:00  Asia/Seoul  does not run, for month-end is planned for this day"),
            "\(ended)")
    }

    @Test("a closed day names the line that closes it")
    func because() async throws {
        let ended = await Bench().run(["calendar", "show", "kr", "2026", "-o", "csv"] + schedules)
        #expect(ended.data.contains("2026-12-25,fri,no,\(Cases.path("Schedules/schedules.yaml")):8:39"))
        #expect(ended.data.contains("2026-12-26,sat,no,\r\n"))
        #expect(ended.data.contains("2026-02-17,tue,no,설날 (\(Cases.path("Schedules/schedules.yaml")):10:17)"))
        let json = await Bench().run(["calendar", "show", "kr", "2026", "-o", "json"] + schedules)
        #expect(json.data.contains("\"name\" : \"설날\""))
    }

    @Test("a day that a calendar's base closes names what closes it there")
    func becauseOfBase() async throws {
        let ended = await Bench().run(
            ["calendar", "show", "office", "2026", "-o", "csv", "-s", Cases.path("Schedules/offices.yaml")] + schedules)
        let file = Cases.path("Schedules/schedules.yaml")
        #expect(ended.data.contains("2026-02-17,tue,no,설날 (\(file):10:17)"), "\(ended)")
        #expect(ended.data.contains("2026-03-02,mon,no,\(Cases.path("Schedules/offices.yaml")):3:38"))
    }

    @Test("a calendar that no rule asks is not shown as if it had an effect")
    func idleCalendar() async throws {
        let text = """
            firstline: 1
            calendars: {kr: {week: [mon]}}
            defaults: {zone: UTC, calendar: kr}
            schedules:
              often: {job: os.check.quick, on: all, rules: [{cron: "*/10 * * * *"}]}
              open-days: {job: os.check.quick, on: all, rules: [{cron: "*/10 * * * *", closed: skip}]}
            """
        try await Cases.withFolder(["s.yaml": text]) { folder in
            let given = ["-s", folder + "/s.yaml", "--playbooks", Cases.path("Playbooks")]
            let often = await Bench().run(["schedule", "show", "often", "--from", "2026-01-06"] + given)
            #expect(often.data.contains("Calendar          no rule asks kr"), "\(often)")
            let open = await Bench().run(["schedule", "show", "open-days", "--from", "2026-01-06"] + given)
            #expect(open.data.contains("Calendar          kr\n"), "\(open)")
            #expect(open.data.contains("*/10 * * * *, closed: skip"))
            #expect(open.data.contains("2026-01-12  2026-01-12 00:00"))
            let list = await Bench().run(["schedule", "list", "-o", "wide"] + given)
            let lines = list.data.split(separator: "\n").map(String.init)
            #expect(lines.filter { $0.contains("kr") }.map { $0.prefix(9) } == ["open-days"], "\(list)")
            let closed = await Bench().run(["schedule", "explain", "open-days", "2026-01-06"] + given)
            #expect(closed.status == 1)
            #expect(closed.data.contains("which is closed"), "\(closed)")
        }
    }

    @Test("explain names the holiday that closes a day")
    func holidayByName() async throws {
        let ended = await Bench().run(["schedule", "explain", "nightly-dump", "2026-02-17"] + schedules)
        #expect(ended.status == 1)
        #expect(
            ended.data.contains("which is closed (설날, \(Cases.path("Schedules/schedules.yaml")):10:17)"), "\(ended)")
    }

    @Test(
        "mistakes on the command line are told",
        arguments: [
            (["schedule", "show", "paydya"], "there is no schedule 'paydya'; did you mean 'payday'?"),
            (["schedule", "next", "--from", "tomorrow"], "--from must be a day such as 2026-01-31, not 'tomorrow'"),
            (["schedule", "next", "-n", "0"], "--count must be from 1 to 10000, not 0"),
            (
                ["schedule", "explain", "payday", "2026-02-30"],
                "the business day must be a day such as 2026-01-31, not '2026-02-30'"
            ),
            (["schedule", "rehearse", "--takes", "long"], "--takes must be a duration such as 10m, not 'long'"),
            (["schedule", "rehearse", "--from", "2026-02-01", "--to", "2026-01-01"], "--to must not be before --from"),
            (["calendar", "show", "jp"], "there is no calendar 'jp'; there are kr, weekdays"),
            (["calendar", "show"], "which calendar? There are kr, weekdays"),
            (["calendar", "show", "kr", "1815"], "the year must be from 1970 to 2199, not '1815'"),
        ])
    func mistakes(words: [String], said: String) async {
        let ended = await Bench().run(words + schedules)
        #expect(ended.status == 64)
        #expect(ended.talk.contains(said), "\(ended.talk)")
    }

    @Test("mistakes in a file are told with their place, all at once")
    func broken() async throws {
        let ended = await Bench().run(["schedule", "list", "-s", Cases.path("Schedules/broken.yaml")])
        #expect(ended.status == 64)
        try Cases.expect(ended.talk, is: "Answers/schedules-broken.txt")
    }

    @Test("what is wrong with one definition is told, and the others are listed")
    func impossible() async throws {
        let file = ["-s", Cases.path("Schedules/impossible.yaml")]
        let listed = await Bench().run(["schedule", "list"] + file)
        #expect(listed.status == 0)
        try Cases.expect(listed.talk, is: "Answers/schedules-impossible.txt")
        try Cases.expect(listed.data, is: "Answers/schedules-impossible.table")
        let windows = await Bench().run(["schedule", "list", "-s", Cases.path("Schedules/windows.yaml")] + schedules)
        #expect(windows.status == 0)
        for line in try Cases.text("Answers/schedules-windows.txt").split(separator: "\n") {
            #expect(windows.talk.contains(Cases.path(String(line))), "\(windows.talk)")
        }
        let circle = await Bench().run(["calendar", "list", "-s", Cases.path("Schedules/circle.yaml")])
        #expect(circle.status == 0 && circle.data.contains("\nfour "), "\(circle)")
        try Cases.expect(circle.talk, is: "Answers/schedules-circle.txt")
        let shown = await Bench().run(["schedule", "show", "nowhere"] + file)
        #expect(shown.status == 64, "\(shown)")
        #expect(shown.talk.contains("nowhere/zone: there is no time zone 'Asia/Soul'"), "\(shown)")
        #expect(!shown.talk.contains("lonely"), "\(shown)")
        let calendar = await Bench().run(["calendar", "show", "one", "-s", Cases.path("Schedules/circle.yaml")])
        #expect(calendar.status == 64 && calendar.talk.contains("in a circle: one → two → three → one"), "\(calendar)")
    }

    @Test("a one-off that a holiday leaves without a day is a warning, and the others are listed and explained")
    func withoutDay() async throws {
        let text = """
            firstline: 1
            calendars: {kr: {days: [{closed: 2190-12-25}]}}
            defaults: {zone: Asia/Seoul, calendar: kr}
            schedules:
              once: {job: a, on: all, rules: [{day: 2190-12-25}]}
              daily: {job: a, on: all, rules: [{day: every open, at: "3:00"}]}
              past: {job: a, on: all, rules: [{day: 2020-01-01}]}
            """
        try await Cases.withFolder(["s.yaml": text]) { folder in
            let file = ["-s", folder + "/s.yaml"]
            let listed = await Bench().run(["schedule", "list"] + file)
            #expect(listed.status == 0)
            let why = "2190-12-25 is closed (\(folder)/s.yaml:2:34), and no open day stands for it"
            let rule = "schedules/once/rule 1: never starts anything: \(why)"
            #expect(listed.talk == "\(folder)/s.yaml:5:35: warning: \(rule)\n", "\(listed)")
            let cells = listed.data.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(cells.map(\.first) == ["SCHEDULE", "daily", "once", "past"], "\(listed)")
            #expect(cells[2].contains("never") && cells[3].contains("over"), "\(listed)")
            let other = await Bench().run(["schedule", "explain", "daily", "2190-12-24"] + file)
            #expect(other.status == 0 && other.talk.isEmpty, "\(other)")
            let alone = await Bench().run(["schedule", "explain", "once", "2190-12-25"] + file)
            #expect(alone.status == 1 && alone.data.contains("which is closed"), "\(alone)")
        }
    }
}
