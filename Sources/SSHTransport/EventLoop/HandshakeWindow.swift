// SPDX-License-Identifier: Apache-2.0

/// How many hosts may be on their way between connecting and the end of log-in at a time, adapted as TCP adapts a congestion
/// window.
///
/// Where more at a time do not take longer each (hosts far away), it grows; where they turn out to, because a machine in
/// between is busy, it goes back. Where hosts drop connections before they speak, as an overloaded sshd does, it shrinks.
struct HandshakeWindow: Sendable {
    /// How many may be under way.
    private(set) var size: Int
    private let usual: Int
    private let leastPatience: Duration
    /// What it usually takes at present; an exponential average.
    private var typical: Duration = .zero
    /// The least it has taken.
    private var shortest: Duration?
    private var completed = 0
    /// What it took on average before the window grew last; nil when that has been judged.
    private var beforeGrowth: Duration?
    /// Decisions to come before it may grow again.
    private var rest = 0
    /// Since the last decision.
    private var recent = (through: 0, dropped: 0, total: Duration.zero)

    private static let least = 4
    private static let most = 256
    private static let longestRest = 64

    /// Makes a window.
    ///
    /// - Parameters:
    ///   - usual: Its first size: what suits hosts nearby.
    ///   - leastPatience: How long a host may take in any case before its place is given to another.
    init(usual: Int, leastPatience: Duration) {
        size = usual
        self.usual = usual
        self.leastPatience = leastPatience
    }

    /// How long a host may take before its place is given to another.
    ///
    /// Among many that are slower than that it is longer and longer: either hosts hang, which is rare, or all are slow, and
    /// then more at a time would make each slower still.
    func patience(givenUp: Int) -> Duration {
        let factor = 1 << min(10, givenUp / (16 + completed / 4))
        return max(leastPatience, typical * 4) * factor
    }

    /// Takes note of a host that was logged in to, and how long that took.
    mutating func noteThrough(after time: Duration) {
        typical = completed == 0 ? time : typical + (time - typical) / 8
        shortest = min(shortest ?? time, time)
        completed += 1
        recent.through += 1
        recent.total += time
        decide()
    }

    /// Takes note of a host that closed the connection before it spoke.
    mutating func noteDropped() {
        recent.dropped += 1
        decide()
    }

    private mutating func decide() {
        // Those that were under way when it grew took less than those to come.
        guard recent.through + recent.dropped >= (beforeGrowth == nil ? size : size * 2) else { return }
        defer {
            recent = (0, 0, .zero)
            rest = max(0, rest - 1)
        }
        if recent.dropped * 4 > recent.through {
            (size, beforeGrowth) = (max(HandshakeWindow.least, size / 2), nil)
        } else if size < usual {
            size += recent.dropped == 0 ? 1 : 0
        } else {
            adapt(to: recent.total / max(1, recent.through))
        }
    }

    private mutating func adapt(to mean: Duration) {
        guard let shortest else { return }
        if let before = beforeGrowth, mean * 2 > before * 3 {
            (size, rest) = (max(usual, size / 2), HandshakeWindow.longestRest)
        } else if mean > shortest * 3 {
            size = max(usual, size * 3 / 4)
        } else if rest == 0, size < HandshakeWindow.most, mean * 2 < shortest * 3 {
            (size, beforeGrowth) = (size * 2, mean)
            return
        }
        beforeGrowth = nil
    }
}
