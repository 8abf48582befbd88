// SPDX-License-Identifier: Apache-2.0

import APIContract
import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore

/// What is known of a request that came over the socket: also who asks, by the system's word.
struct SocketContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Who asks.
    ///
    /// The system says which account is at the other end. Only root and the server's own account may speak for somebody else.
    func person(_ request: Request) async -> String? {
        guard let peer = try? await channel.peer?.get() else { return nil }
        let name = accountName(peer.uid)
        guard peer.uid == 0 || peer.uid == getuid(), let header = HTTPField.Name(APIHeader.person),
            let claimed = request.headers[header]?.removingPercentEncoding, !claimed.isEmpty
        else { return name }
        return claimed
    }
}

/// The name of an account, or its number where it has none.
private func accountName(_ uid: uid_t) -> String {
    var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
        guard let start = buffer.baseAddress, getpwuid_r(uid, &entry, start, buffer.count, &found) == 0, found != nil
        else { return String(uid) }
        return String(cString: entry.pw_name)
    }
}
