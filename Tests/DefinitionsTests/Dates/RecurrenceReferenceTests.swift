// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Testing

@testable import Definitions

@Suite("Recurrence rules made by chance")
struct RecurrenceReferenceTests {
    @Test("mean the days that python-dateutil says, which shares no code with us")
    func matches() throws {
        let process = Process()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("recurrence_reference.py").path
        // Debian's own, which finds Debian's dateutil.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script, ProcessInfo.processInfo.environment["SCHEDULE_SEED"] ?? "1", "60"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 60)
        for line in lines {
            let words = line.split(separator: "\t").map(String.init)
            let first = try #require(Day(calendar: words[0]))
            let end = Day(first.month.year + 12, 1, 1) ?? first
            var looks = Recurrence.Looks(most: .max)
            let found = try Recurrence(words[1]).starts(from: first, most: 30, looks: &looks).filter { $0 <= end }
            #expect(found.map(\.description) == Array(words.dropFirst(2)), "\(words[1]) from \(first)")
        }
    }
}
