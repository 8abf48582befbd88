// SPDX-License-Identifier: Apache-2.0

/// How many hosts may be on their way between connecting and the end of log-in at a time, adapted as TCP adapts a congestion
/// window.
///
/// It begins small and doubles up to its usual size while no host drops a connection before it speaks, as an overloaded sshd
/// does; where hosts do, it shrinks, and grows again step by step. Beyond the usual size it grows where more at a time do not
/// take longer each (hosts far away), and goes back where they turn out to, because a machine in between is busy.
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
    /// Whether no connection was dropped so far.
    private var isStarting = true
    /// Decisions to come before it may grow again.
    private var rest = 0
    /// Since the last decision.
    private var recent = (through: 0, dropped: 0, total: Duration.zero)

    private static let first = 32
    private static let least = 4
    private static let most = 256
    private static let longestRest = 64

    /// Makes a window.
    ///
    /// - Parameters:
    ///   - usual: The size that suits hosts nearby.
    ///   - leastPatience: How long a host may take in any case before its place is given to another.
    init(usual: Int, leastPatience: Duration) {
        size = min(HandshakeWindow.first, usual)
        self.usual = usual
        self.leastPatience = leastPatience
    }

    /// How long a host may take before its place is given to another.
    ///
    /// Among many that are slower than that it is longer and longer: either hosts hang, which is rare, or all are slow, and
    /// then more at a time would make each slower still.
    func patience(givenUp: Int) -> Duration {
        let factor = 1 << min(10, givenUp / (64 + completed / 4))
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
            (size, beforeGrowth, isStarting) = (max(HandshakeWindow.least, size / 2), nil, false)
        } else if size < usual {
            grow()
        } else {
            adapt(to: recent.total / max(1, recent.through))
        }
    }

    private mutating func grow() {
        // A few connections that are dropped may be those of hosts that drop every one.
        guard recent.dropped * 8 <= recent.through else { return }
        size = isStarting ? min(usual, size * 2) : size + 1
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
