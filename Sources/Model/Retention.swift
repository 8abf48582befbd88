// SPDX-License-Identifier: Apache-2.0

/// A class of records that are kept for a while after they are over.
package enum Past: String, CaseIterable, Sendable {
    /// Runs that have ended, with their plans, their steps' outputs and what persons did to them. Their age counts from their end.
    case runs
    /// Planned starts that became a run or were skipped. Their age counts from when they were to start.
    case starts
    /// What happened. Its age counts from when it did.
    case events

    /// A number of its records, in words.
    package func words(_ count: Int) -> String {
        switch self {
        case .runs: amount(count, "run")
        case .starts: amount(count, "planned start")
        case .events: amount(count, "event")
        }
    }
}

/// How long each class of records is kept; one that has no time here is kept for ever.
package struct Retention: Hashable, Sendable {
    /// The shortest time that may be asked for.
    ///
    /// A start that a person moved to now may be one of the day after tomorrow, and must be known until then.
    package static func shortest(_ past: Past) -> Duration { .seconds((past == .starts ? 3 : 1) * 86_400) }
    /// What a server keeps where it is told nothing else: runs for a year and a month, the rest for three months.
    package static let usual = Retention([
        .runs: .seconds(400 * 86_400), .starts: .seconds(90 * 86_400), .events: .seconds(90 * 86_400),
    ])

    private var times: [Past: Duration]

    package init(_ times: [Past: Duration] = [:]) { self.times = times }

    package subscript(past: Past) -> Duration? {
        get { times[past] }
        set { times[past] = newValue }
    }
}
