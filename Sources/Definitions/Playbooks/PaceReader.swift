// SPDX-License-Identifier: Apache-2.0

import Model

extension JobReader {
    /// The keys that set a pace; a job and a call of a job have them.
    static let paceKeys = ["parallel", "batch", "between", "stopAfter"]

    /// The most lanes at once that may be asked for.
    private static let mostLanes = 100_000

    /// Reads how many lanes work at once, and in what portions.
    mutating func readPace(_ record: Record, into pace: inout Pace) {
        pace.parallel = record["parallel"]?.integer(1...Self.mostLanes, &problems)
        pace.batch = record["batch"]?.amount(&problems)
        pace.stopAfter = record["stopAfter"]?.amount(&problems)
        if let field = record["between"] { pace.between = between(field) }
    }

    private mutating func between(_ field: Field) -> Pace.Between? {
        guard case .map = field.setting.content else { return field.duration(&problems).map(Pace.Between.pause) }
        guard let record = Record(field, "between", keys: ["job"], &problems) else { return nil }
        return record.required("job", &problems)?.text(&problems).map { .job(JobID($0)) }
    }
}
