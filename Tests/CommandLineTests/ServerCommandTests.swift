// SPDX-License-Identifier: Apache-2.0

import APIContract
import Foundation
import Model
import Storage
import Testing

@testable import CommandLineClient

@Suite("firstline server and firstline event")
struct ServerCommandTests {
    private func status(complaints: [String] = []) -> ServerStatus.Item {
        ServerStatus.Item(
            ready: complaints.isEmpty, complaints: complaints, version: "0.1.0", pid: 7,
            startedAt: "2026-01-31T00:00:00.000Z", socket: "/s/server.sock", data: "/d",
            inventory: ServerStatus.Path(text: nil), playbooks: ["/p"], plugins: ["/q"], schedules: [],
            runs: ["succeeded": 3, "failed": 1], movingRuns: 0, person: "kim")
    }

    @Test("whatever ends a server at work has an exit code after which its unit starts it again", arguments: ends)
    func restarted(end: any Error & Sendable) throws {
        let unit = try String(contentsOfFile: "Packaging/firstline.service", encoding: .utf8)
        let excluded = unit.split(separator: "\n").compactMap { line in
            line.hasPrefix("RestartPreventExitStatus=") ? line.split(separator: "=").last?.split(separator: " ") : nil
        }.joined().compactMap { Int32($0) }
        #expect(excluded == [64])
        let failure = CommandFailure(ofServer: end)
        #expect(!excluded.contains(failure.status.code) && failure.status != .success)
        #expect(!failure.description.isEmpty)
    }

    private static let ends: [any Error & Sendable] = [
        StoreError.alreadyExists("r1"), StoreError.notFound("r1"), StoreError.absent(directory: "/d"),
        StoreError.slotHasChanged("s", now: nil), StoreError.full(path: "/d"), StoreError.unanswered(detail: "gone"),
        StoreError.unusable(path: "/d", detail: "I/O error"), StoreError.damaged(path: "/d", detail: "torn"),
        Problems("the job is gone"), CommandFailure(.usage, "there is no job"),
        CommandFailure(Problems("a file is wrong")),
        Wiring.DoorFailure(address: "127.0.0.1:1", reason: "in use"), CancellationError(),
    ]

    @Test("the server's state is shown with everything it works with")
    func table() throws {
        let shown = """
            State      ready
            Version    0.1.0
            Process    7
            Since      2026-01-31T00:00:00.000Z
            Socket     /s/server.sock
            Store      /d
            Inventory  none
            Playbooks  /p
            Plugins    /q
            Runs       3 succeeded, 1 failed
            Moving     0

            """
        #expect(try status().sheet(.english).text(.table, .english) == shown)
    }

    @Test("the same in Korean and Japanese, with what is wrong")
    func translated() throws {
        let item = status(complaints: ["the store's disk is full"])
        let korean = try item.sheet(.korean).text(.table, .korean)
        #expect(korean.hasPrefix("상태            준비 안 됨\n"), "\(korean)")
        #expect(korean.contains("\n실행            정상 3, 실패 1\n"), "\(korean)")
        #expect(korean.hasSuffix("\n\n문제점\n  내용\n  the store's disk is full\n"), "\(korean)")
        let japanese = try item.sheet(.japanese).text(.table, .japanese)
        #expect(japanese.contains("\nインベントリ  なし\n") && japanese.contains("\n\n問題点\n"), "\(japanese)")
    }

    @Test("a program gets every field, also those that hold nothing")
    func everyField() throws {
        let fields = [
            "field,value", "complaints,", "data,/d", "inventory,", "movingRuns,0", "person,kim", "pid,7",
            "playbooks.0,/p", "plugins.0,/q", "ready,true", "runs.failed,1", "runs.succeeded,3", "schedules,",
            "socket,/s/server.sock", "startedAt,2026-01-31T00:00:00.000Z", "version,0.1.0",
        ]
        #expect(try status().sheet(.english).text(.csv, .korean) == fields.map { $0 + "\r\n" }.joined())
    }

    @Test(
        "how much a server works with is told in the person's language",
        arguments: [
            (Language.english, "12 jobs, 1 host, 2 schedules"), (.korean, "JOB 12, 서버 1, 스케줄 2"),
            (.japanese, "ジョブ 12、ホスト 1、スケジュール 2"),
        ])
    func books(language: Language, said: String) {
        #expect(Phrases.books(FilesRead(jobs: 12, hosts: 1, schedules: 2), language) == said)
    }

    @Test("where no server runs, that is said in the person's language")
    func none() async {
        let ended = await Bench().run("server", "status", "--lang", "ko")
        #expect(ended.status == 75)
        #expect(ended.talk.contains("저장소 /nonexistent의 서버가 실행되고 있지 않습니다"), "\(ended)")
        let reload = await Bench().run("server", "reload", "--lang", "en")
        #expect(
            reload.status == 75 && reload.talk == "firstline: no server runs for the store /nonexistent\n", "\(reload)")
    }

    @Test("an event's name is what it is about: a run, a planned start, a schedule, or else its kind")
    func names() async {
        let bench = Bench()
        let now = Instant(microseconds: 0)
        let events = [
            Event(
                at: now, level: .info, kind: .started, schedule: "nightly", slot: "nightly-1", run: "r1",
                Sentence(verbatim: "a sentence")),
            Event(
                at: now, level: .warning, kind: .skipped, schedule: "nightly", slot: "nightly-2",
                Sentence(verbatim: "a sentence")),
            Event(
                at: now, level: .warning, kind: .unlisted, schedule: "nightly",
                Sentence(verbatim: "a sentence")),
            Event(at: now, level: .error, kind: .storeFull, Sentence(verbatim: "a sentence")),
        ]
        for event in events { _ = await bench.store.note(event) }
        let ended = await bench.run("event", "list", "-o", "name")
        #expect(ended.data == "r1\nnightly-2\nnightly\nstore-full\n", "\(ended)")
    }
}
