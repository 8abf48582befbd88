// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import Synchronization

/// The open connections of one door: how many there may be, how many of one account, and which one ends for a new one.
///
/// A connection that waits for a request costs its client nothing, so it is the one that ends when there is no place: the longest
/// waiting first. After those comes the one whose request has been coming for longest, where that is slow. Connections whose request
/// is worked on stay.
final class Connections: Sendable {
    /// What a connection is about.
    enum Phase {
        /// It waits for a request.
        case waits(since: NIODeadline)
        /// A request is coming.
        case reads(since: NIODeadline)
        /// A whole request is worked on.
        case works
    }

    /// Asks a connection to end, since another needs its place.
    struct PlaceIsNeeded: Sendable {}

    fileprivate struct Place {
        let channel: any Channel
        let account: uid_t?
        var phase: Phase
    }

    private struct Places {
        var all: [ObjectIdentifier: Place] = [:]
        var counts: [uid_t: Int] = [:]

        mutating func add(_ place: Place) {
            all[ObjectIdentifier(place.channel)] = place
            if let account = place.account { counts[account, default: 0] += 1 }
        }

        mutating func remove(_ channel: any Channel) {
            guard let account = all.removeValue(forKey: ObjectIdentifier(channel))?.account else { return }
            counts[account, default: 0] -= 1
            if counts[account] == 0 { counts[account] = nil }
        }
    }

    private let limits: DoorLimits
    private let places = Mutex(Places())

    init(_ limits: DoorLimits) { self.limits = limits }

    /// Takes a connection in, where there is no place at the cost of another one; false when no other can end for it.
    ///
    /// Where an account has as many as it may have, one of its own ends.
    func enter(_ channel: any Channel, of account: uid_t?, at now: NIODeadline) -> Bool {
        let (isIn, gone) = places.withLock { places -> (Bool, (any Channel)?) in
            var gone: (any Channel)?
            let isShareTaken = account.map { places.counts[$0, default: 0] >= limits.ofAccount ?? .max } ?? false
            if isShareTaken || places.all.count >= limits.connections {
                let others = places.all.values.filter { !isShareTaken || $0.account == account }
                gone = others.filter { $0.isSpare(now, limits) }.min { $0.rank < $1.rank }?.channel
                guard let gone else { return (false, nil) }
                places.remove(gone)
            }
            places.add(Place(channel: channel, account: account, phase: .waits(since: now)))
            return (true, gone)
        }
        gone?.triggerUserOutboundEvent(PlaceIsNeeded(), promise: nil)
        return isIn
    }

    /// Notes what a connection is about from now on.
    func note(_ channel: any Channel, _ phase: Phase) {
        places.withLock { $0.all[ObjectIdentifier(channel)]?.phase = phase }
    }

    func leave(_ channel: any Channel) { places.withLock { $0.remove(channel) } }

    var count: Int { places.withLock { $0.all.count } }
}

extension Connections.Place {
    /// Whether it may end for another one.
    fileprivate func isSpare(_ now: NIODeadline, _ limits: DoorLimits) -> Bool {
        switch phase {
        case .waits: true
        case .reads(let since): since + limits.slow <= now
        case .works: false
        }
    }

    /// In which order connections end for others, and those of one order by their time.
    fileprivate var rank: (Int, NIODeadline) {
        switch phase {
        case .waits(let since): (0, since)
        case .reads(let since): (1, since)
        case .works: (2, .distantFuture)
        }
    }
}
