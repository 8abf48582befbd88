// SPDX-License-Identifier: Apache-2.0

/// How long a full disk is waited for: that passes, and nothing is lost meanwhile.
struct DiskPatience: Sendable {
    private static let pause = Duration.milliseconds(500)

    let clock: EngineClock
    let limit: Duration

    /// Waits a moment before a write that was refused so many times before is tried again; false when that was long enough.
    func waits(refusedBefore count: Int) async -> Bool {
        guard DiskPatience.pause * count < limit else { return false }
        await clock.sleep(DiskPatience.pause)
        return true
    }
}
