// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model

/// What only some steps have, in one column as JSON.
struct StoredDetails: Codable {
    private struct StoredMessage: Codable {
        let id: String
        let values: [String: StoredValue]?

        init(_ id: String, _ values: [String: Value]) {
            self.id = id
            self.values = StoredValue.all(values)
        }
    }

    private struct StoredFinding: Codable {
        let level: Level
        let message: StoredMessage
    }

    private var reason: Reason?
    private var hold: Hold?
    private var summary: StoredMessage?
    private var outputs: [String: StoredValue]?
    private var findings: [StoredFinding]?
    private var artifacts: [String]?
    private var sent: [SentCommand]?
    private var firstAttempt: Int?
    private var isProbe: Bool?

    /// The details of a record; nil when it has none.
    init?(_ record: StepRecord) {
        let report = record.report
        let plain = Report(level: report.level, changed: report.changed, exitCode: report.exitCode)
        guard
            record.reason != nil || record.hold != nil || !record.sent.isEmpty || report != plain
                || record.firstAttempt != 1 || record.isProbe
        else { return nil }
        reason = record.reason
        hold = record.hold
        summary = report.summary.map { StoredMessage($0.id, $0.values) }
        outputs = StoredValue.all(report.outputs)
        findings =
            report.findings.isEmpty
            ? nil : report.findings.map { StoredFinding(level: $0.level, message: StoredMessage($0.code, $0.values)) }
        artifacts = report.artifacts.isEmpty ? nil : report.artifacts
        sent = record.sent.isEmpty ? nil : record.sent
        firstAttempt = record.firstAttempt == 1 ? nil : record.firstAttempt
        isProbe = record.isProbe ? true : nil
    }

    /// Puts the details back into a record.
    func fill(_ record: inout StepRecord) {
        record.reason = reason
        record.hold = hold
        record.report.summary = summary.map { Message($0.id, StoredValue.read($0.values)) }
        record.report.outputs = StoredValue.read(outputs)
        record.report.findings = (findings ?? []).map {
            Finding($0.level, $0.message.id, StoredValue.read($0.message.values))
        }
        record.report.artifacts = artifacts ?? []
        record.sent = sent ?? []
        record.firstAttempt = firstAttempt ?? 1
        record.isProbe = isProbe ?? false
    }
}
