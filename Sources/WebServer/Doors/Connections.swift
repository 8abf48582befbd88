// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// The open connections of one door: how many there may be, and which one ends for a new one.
///
/// A connection that waits for a request costs its client nothing, so it is the one that ends when the door is full: the
/// longest waiting first. Connections that are being served stay.
final class Connections: Sendable {
    private struct Place {
        let channel: any Channel
        /// Since when it waits for a request; nil while it is served.
        var waitsSince: NIODeadline?
    }

    private let most: Int
    private let places = Mutex<[ObjectIdentifier: Place]>([:])

    init(most: Int) { self.most = most }

    /// Takes a connection in, at the cost of one that waits; false when all that are open are being served.
    func enter(_ channel: any Channel) -> Bool {
        let (isIn, gone) = places.withLock { places -> (Bool, (any Channel)?) in
            var gone: (any Channel)?
            if places.count >= most {
                guard let (id, place) = Connections.longestWaiting(places) else { return (false, nil) }
                places[id] = nil
                gone = place.channel
            }
            places[ObjectIdentifier(channel)] = Place(channel: channel, waitsSince: .now())
            return (true, gone)
        }
        gone?.close(promise: nil)
        return isIn
    }

    /// Notes whether a connection waits for a request or is served.
    func note(_ channel: any Channel, waits: Bool) {
        places.withLock { $0[ObjectIdentifier(channel)]?.waitsSince = waits ? .now() : nil }
    }

    func leave(_ channel: any Channel) { places.withLock { $0[ObjectIdentifier(channel)] = nil } }

    var count: Int { places.withLock { $0.count } }

    private static func longestWaiting(_ places: [ObjectIdentifier: Place]) -> (ObjectIdentifier, Place)? {
        var longest: (id: ObjectIdentifier, place: Place, since: NIODeadline)?
        for (id, place) in places {
            guard let since = place.waitsSince, longest.map({ since < $0.since }) ?? true else { continue }
            longest = (id, place, since)
        }
        return longest.map { ($0.id, $0.place) }
    }
}
