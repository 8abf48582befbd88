// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Scheduling
import Storage
import Testing

@testable import CommandLineClient
@testable import Definitions

@Suite("Sentences on a person's screen")
struct SentenceTests {
    private let seoul = ZoneCabinet().zone("Asia/Seoul")
    /// 2026-11-30, 22:00 UTC.
    private let now = Zone.utc.instant(Day(2026, 11, 30) ?? Day(number: 0), 22 * 3600)

    private func text(_ sentence: Sentence, _ language: Language) -> String {
        Phrases.text(sentence, language, seoul)
    }

    @Test("why a start was not run, in the reader's language and by the clocks of their zone, which is named")
    func skipped() throws {
        let slot = Slot(
            id: "s", schedule: "s", job: "a.b", day: try #require(Day(2026, 12, 1)), startsAt: now,
            origin: Sentence(verbatim: ""))
        let why = Sentence(
            "missed by {time}: {why}", ["time": "5m00s", "why": Sentence("a later start takes its place")])
        let text = Sentence("{start} is not run: {why}", ["start": slot.words, "why": why])
        #expect(
            text.description == "the start of 2026-11-30T22:00:00.000Z (business day 2026-12-01) is not run: "
                + "missed by 5m00s: a later start takes its place")
        #expect(
            self.text(text, .english)
                == "the start of 2026-12-01 07:00 Asia/Seoul (business day 2026-12-01) is not run: "
                + "missed by 5m00s: a later start takes its place")
        #expect(
            self.text(text, .korean)
                == "2026-12-01 07:00 Asia/Seoul 시작(업무일자 2026-12-01): 실행하지 않습니다: 5m00s 늦어 시작 누락: 이후의 시작이 대신합니다")
        #expect(
            self.text(text, .japanese)
                == "2026-12-01 07:00 Asia/Seoulの開始(業務日付 2026-12-01): 実行しません: 5m00s遅れのため開始漏れ: 後の開始が代わりに実行されます")
    }

    @Test("what freezes and windows have against a change, with their titles in the reader's language")
    func objections() throws {
        let definitions = """
            firstline: 1
            freezes:
              year-end: {title: {en: Year end, ko: 연말 마감, ja: 年末}, from: "2026-11-30 0:00", until: "2026-12-01 9:00"}
            windows:
              broken: {rules: [{day: every day}], lasts: 1h, calendar: none}
              nightly: {rules: [{day: every day, at: "2:00"}], lasts: 2h}
            """
        let (files, problems) = ScheduleReader.read(Array(definitions.utf8), file: "s.yaml", usualZone: "Asia/Seoul")
        #expect(!problems.hasErrors, "\(problems)")
        let cabinet = ZoneCabinet()
        let book = ScheduleBook(files.schedules, windows: files.windows, calendars: CalendarLibrary()) {
            cabinet.zone($0)
        }
        let objections = book.windows.compactMap { $0.objection(at: now) }
        func texts(_ language: Language) -> [String] { objections.map { text($0.sentence, language) } }
        #expect(
            texts(.english) == [
                "the maintenance window 'broken' cannot be used as it is written, and no change begins until it can: "
                    + "windows/broken/calendar: there is no calendar 'none'",
                "the maintenance window 'nightly' is closed; it opens next at 2026-12-02 02:00 (Asia/Seoul)",
                "the freeze 'year-end' (Year end) lasts until 2026-12-01 09:00 (Asia/Seoul)",
            ])
        #expect(
            texts(.korean) == [
                "작업 가능 시간 'broken'의 정의에 오류가 있어, 고칠 때까지 변경을 시작하지 않습니다: windows/broken/calendar: 캘린더 'none'이(가) 없습니다",
                "작업 가능 시간 'nightly': 지금은 아니며, 다음 시작은 2026-12-02 02:00 (Asia/Seoul)",
                "변경 동결 'year-end' (연말 마감): 2026-12-01 09:00 (Asia/Seoul)까지",
            ])
        #expect(
            texts(.japanese) == [
                "メンテナンス時間帯'broken'の定義に誤りがあり、直すまで変更を開始しません: windows/broken/calendar: カレンダー'none'がありません",
                "メンテナンス時間帯'nightly': 時間外です。次の開始は2026-12-02 02:00 (Asia/Seoul)",
                "変更凍結'year-end' (年末): 2026-12-01 09:00 (Asia/Seoul)まで",
            ])
    }

    @Test("a warning and an error of a file, on a line of its own; one without a translation stays English")
    func problems() {
        let place = Place(file: "s.yaml", line: 3, column: 5)
        var problems = Problems()
        problems.warn(
            Sentence(
                "never starts anything: {why}",
                ["why": Sentence("the last open day is {day}", ["day": "2026-06-30"])]), at: place,
            path: "schedules/day/rule 1")
        problems.add("must be a time such as 22:30", at: place, path: "schedules/day/rule 1/at")
        #expect(
            problems.all.map { Phrases.text($0, .korean) } == [
                "s.yaml:3:5: 경고: schedules/day/rule 1: 아무것도 시작하지 않습니다: 마지막 영업일은 2026-06-30입니다",
                "s.yaml:3:5: error: schedules/day/rule 1/at: must be a time such as 22:30",
            ])
        #expect(
            Phrases.text(problems.all[0], .japanese)
                == "s.yaml:3:5: 警告: schedules/day/rule 1: 何も開始しません: 最後の運用日は2026-06-30です")
        #expect(problems.all.map { Phrases.text($0, .english) } == problems.all.map(\.description))
    }

    @Test(
        "a rule with all its parts",
        arguments: [
            (
                "{day: open 3 of 5, closed: after, within: 4, shift: -1 day, at: \"22:30\"}",
                "매년 5월 3번째 영업일, 비영업일이면 4일 이내의 뒤 영업일, 1일 전, 22:30",
                "毎年5月の第3運用日, 休業日なら4日以内の後の運用日, 1日前, 22:30"
            ),
            ("{day: open last -2}", "매월 마지막 영업일의 2일 전, 기준 시각 +0:00", "毎月の最終運用日の2日前, 基準時刻+0:00"),
            (
                "{day: fri last, closed: before, within: 1, from: 2026-01-01}",
                "매월 마지막 금요일, 비영업일이면 1일 이내의 앞 영업일, 기준 시각 +0:00, 2026-01-01부터",
                "毎月の最終金曜日, 休業日なら1日以内の前の運用日, 基準時刻+0:00, 2026-01-01から"
            ),
            (
                "{day: every open, at: \"1:00\", again: {every: 5m, until: \"3:00\"}}", "매 영업일, 1:00, 3:00까지 5m마다 반복",
                "毎運用日, 1:00, 3:00まで5mごとに繰り返し"
            ),
        ])
    func rules(rule: String, korean: String, japanese: String) throws {
        let text = "firstline: 1\nschedules: {a: {job: a, on: all, rules: [\(rule)]}}"
        let (files, problems) = ScheduleReader.read(Array(text.utf8), file: "s.yaml", usualZone: "UTC")
        let read = try #require(files.schedules.first?.rules.first, "\(problems) \(files.faults)")
        #expect(read.text(.korean) == korean)
        #expect(read.text(.japanese) == japanese)
    }

    @Test("events are listed in the reader's language; programs get English and UTC")
    func events() async {
        let bench = Bench()
        let text = Sentence(
            "run {run} should have ended by {due}, and is {state}",
            ["run": "r1", "due": now, "state": Sentence("running")])
        let event = Event(at: now + .seconds(5), level: .warning, kind: .endDelay, schedule: "day", run: "r1", text)
        _ = await bench.store.note(event)
        let zone = localZone()
        let local = (event.at.text(in: zone, toSeconds: true), now.namedText(in: zone))
        let korean = await bench.run("event", "list", "--lang", "ko").data
        #expect(korean.contains("\(local.0)  \(zone.name)"), "\(korean)")
        #expect(korean.contains("경고"), "\(korean)")
        #expect(korean.contains("실행 r1: \(local.1)까지 종료되어야 했으나 현재 상태는 실행 중"), "\(korean)")
        let csv = await bench.run("event", "list", "--lang", "ko", "-o", "csv").data
        #expect(
            csv.hasPrefix(
                "TIME,ZONE,LEVEL,KIND,ABOUT,WHAT,RUN,PLANNED START\r\n2026-11-30T22:00:05.000Z,UTC,warning,end-delay,day,"
                    + "\"run r1 should have ended by 2026-11-30T22:00:00.000Z, and is running\",r1,"), "\(csv)")
        let json = await bench.run("event", "list", "--lang", "ko", "-o", "jsonl").data
        #expect(json.contains(#""text":"run r1 should have ended by 2026-11-30T22:00:00.000Z, and is running""#))
    }

    @Test("the plan of the day says in the reader's language where a start comes from, and what became of it")
    func planOfDay() async throws {
        let bench = Bench()
        let day = try #require(Day(2026, 12, 1))
        func slot(_ id: SlotID, _ state: Slot.State, _ reason: Sentence?) -> Slot {
            Slot(
                id: id, schedule: "day", job: "a.b", day: day, startsAt: Zone.utc.instant(day, 60),
                origin: Sentence("rule {rule}: {text}", ["rule": 1, "text": Sentence("every open")]), state: state,
                reason: reason)
        }
        let done = Sentence("held by {person}", ["person": "kim"])
        await bench.store.plan([
            slot("a", .planned, nil),
            slot("b", .held, Sentence("{done}: {why}", ["done": done, "why": "{person} asks"])),
        ])
        let korean = await bench.run("plan-of-day", "list", "2026-12-01", "--lang", "ko").data
        #expect(korean.contains("예정") && korean.contains("규칙 1: 매 영업일"), "\(korean)")
        #expect(korean.contains("보류") && korean.contains("kim: 보류: {person} asks"), "\(korean)")
        let csv = await bench.run("plan-of-day", "list", "2026-12-01", "--lang", "ko", "-o", "csv").data
        #expect(csv.contains("planned") && csv.contains("rule 1: every open"), "\(csv)")
        #expect(csv.contains("held by kim: {person} asks"), "\(csv)")
    }

    /// What only the server's log says, which is English.
    private let ofLog = [
        "the store fails, and is tried again for {time}: {failure}", "old records could not be forgotten: {error}",
        "that is not among the events: {error}", "what lies ahead could not be kept: {error}",
        "the disk of {path} is full; what is due waits until there is space, and counts as missed after a minute",
        "what is due is looked at again: {error}",
    ]

    @Test("every sentence of the sources is in Korean and Japanese")
    func translated() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var found: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" && !file.path.contains("/StorageTesting/")
        {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /Sentence\(\s*"((?:[^"\\]|\\.)*)"/) { found.insert(String(match.output.1)) }
        }
        // What is put together of parts is tested above; what has only marks needs no translation.
        let words = found.filter {
            !$0.contains("\\(") && $0.replacing(/\{[a-z]+\}/, with: "").contains(where: \.isLetter)
        }
        #expect(words.count > 60)
        #expect(words.filter { !Phrases.isTranslated($0) && !ofLog.contains($0) } == [])
    }
}
