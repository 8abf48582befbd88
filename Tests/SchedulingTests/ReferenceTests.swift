// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Scheduling
import Testing

@testable import Definitions

@Suite("Five thousand schedules made by chance, in all zones and where clocks are put forward and back")
struct ReferenceTests {
    /// Another one may be given for a longer search: `SCHEDULE_SEED=7 swift test --filter ReferenceTests`.
    static let seed = ProcessInfo.processInfo.environment["SCHEDULE_SEED"].flatMap(Int.init) ?? 1
    private static let portion = 250

    @Test("come to what a slow reference says that shares no code with us", arguments: 0..<20)
    func matches(_ number: Int) throws {
        let first = number * Self.portion
        let text = try reference("reference.py", Self.seed, first, Self.portion)
        let cases = ScheduleCase.read(text, file: "seed \(Self.seed), portion \(first)")
        #expect(cases.count == Self.portion)
        for it in cases {
            #expect(it.problems.isEmpty, "\(it)")
            let found = try it.found()
            guard found != it.expected else { continue }
            Issue.record("seed \(Self.seed), schedule \(it): \(found) and not \(it.expected)")
        }
    }
}

@Suite("Cron expressions made by chance")
struct CronReferenceTests {
    @Test("start when a reading of Vixie's rule says that shares no code with us", arguments: 0..<8)
    func matches(_ number: Int) throws {
        let text = try reference("cron_reference.py", ReferenceTests.seed, number, 100)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 100)
        for line in lines {
            let words = line.split(separator: "\t")
            let pattern = try ClockPattern(cron: String(words[0]))
            let timetable = Timetable([ScheduleRule(number: 1, .pattern(pattern))], zone: .utc)
            var instant = Instant(seconds: try #require(Int64(words[1])))
            for expected in words.dropFirst(2) {
                let next = try #require(timetable.next(after: instant)?.instant)
                #expect(next == Instant(seconds: try #require(Int64(expected))), "\(words[0]) after \(instant)")
                instant = next
            }
        }
    }
}

/// What a script beside the tests prints.
func reference(_ script: String, _ arguments: Int...) throws -> [UInt8] {
    let process = Process()
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(script).path
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [path] + arguments.map(String.init)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return Array(text)
}
