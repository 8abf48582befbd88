// SPDX-License-Identifier: Apache-2.0

import Model
import Storage
import Testing

extension StoreChecks {
    static let reportPromises = [
        StorePromise("a record with everything in it is read as it was written") { store in
            try await checkRoundTrip(fullRecord, in: store)
        },
        StorePromise("a value of every kind is read exactly as it was written") { store in
            var record = Sample.record(.running)
            for (index, value) in everyValue.enumerated() { record.report.outputs["value\(index)"] = value }
            record.report.summary = Message("seen", ["all": .list(everyValue)])
            record.report.findings = [Finding(.warning, "OS-MEM-010", ["all": .list(everyValue)])]
            try await checkRoundTrip(record, in: store)
        },
        StorePromise("text of every sort is read exactly as it was written") { store in
            var record = Sample.record(.running)
            for text in everyText {
                record.report.outputs[text] = .text(text)
                record.report.findings.append(Finding(.error, text, [text: .text(text)]))
                record.report.artifacts.append(text)
            }
            record.report.summary = Message(everyText.joined(), [:])
            record.reason = Reason(code: "custom", everyText.joined(separator: "\n"))
            try await checkRoundTrip(record, in: store)
        },
        StorePromise("every level, exit code and hold is read as it was written") { store in
            for level in Level.allCases {
                var record = Sample.record(.running)
                record.report = Report(level: level, changed: level == .ok, exitCode: level == .error ? nil : -1)
                record.hold = level == .warning ? Hold(prompt: "Go on?") : nil
                if try await store.run("r1") == nil { try await store.create(Sample.run("r1"), plan: Sample.plan()) }
                try await store.keep([record])
                #expect(try await store.keptSteps() == [record])
            }
        },
    ]

    /// A record in which nothing is left at its default.
    static var fullRecord: StepRecord {
        StepRecord(
            key: StepKey(step: 3, lane: 2), attempt: 4, state: .running,
            reason: Reason(.timeLimit, "took longer than 30s"),
            report: Report(
                level: .warning, changed: true, exitCode: 137,
                summary: Message("used {percent}", ["percent": .number(99.5)]),
                outputs: ["used": .size(1 << 40), "mounts": .list([.text("/"), .text("/var")])],
                findings: [Finding(.warning, "OS-FS-001", ["path": .text("/var")]), Finding(.info, "OS-FS-002")],
                artifacts: ["/tmp/dump.hprof"]),
            startedAt: Sample.time(1), endedAt: Sample.time(31), dueAt: Sample.time(61),
            hold: Hold(
                prompt: Localized([.english: "Go on?", .korean: "계속?", .japanese: "続けますか"]),
                approvers: ["kim", "sato"], longestWait: .seconds(3600), onExpiry: .skip),
            log: LogSize(written: 20_000_000, cut: 9_514_240))
    }

    private static let everyValue: [Value] = [
        .null, .text(""), .text("1"), .text("true"), .text("null"), .integer(0), .integer(.max), .integer(.min),
        .number(2), .number(-0.1), .number(1e300), .number(.infinity), .bool(true), .bool(false), .duration(.zero),
        .duration(.microseconds(4_350_001)), .duration(.seconds(-3)), .size(0), .size(1 << 50), .list([]),
        .list([.integer(1), .number(1), .list([.text("1"), .null])]), .secret(.environment("TOKEN")),
        .secret(.file("/run/secret")), .secret(.prompt),
    ]

    private static let everyText = [
        "plain", "두 줄\n둘째 줄", "再起動しました", "👩‍🔧🇰🇷✅", "e\u{301} é", "tab\tquote\"'`\\ backslash", "\r\n",
        "\u{1}\u{7F}\u{FFFD}",
        "{\"json\": [1, null]}", "'; DROP TABLE step; --", "\u{202E}right to left", String(repeating: "長", count: 5000),
    ]

    private static func checkRoundTrip(_ record: StepRecord, in store: any RunStore) async throws {
        try await store.create(Sample.run("r1"), plan: Sample.plan())
        try await store.keep([record])
        let kept = try await store.keptSteps()
        #expect(kept == [record])
        // Texts that only look the same are equal to Swift.
        #expect(kept.map { scalars(of: $0) } == [scalars(of: record)])
    }

    private static func scalars(of record: StepRecord) -> [[UInt32]] {
        let texts = record.report.artifacts + [record.reason?.message ?? "", record.report.summary?.id ?? ""]
        return texts.map { $0.unicodeScalars.map(\.value) }
    }
}
