// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Definitions

@Suite("Who may change what a path leads to")
struct PathTrustTests {
    private let folder = ScratchFolder()
    private let trust = PathTrust(isStrict: false)

    @Test("is asked of each folder that a chain of links leads through")
    func chain() {
        folder.write("safe/real", "x")
        folder.write("open/none", "x")
        folder.link("open/second", to: "\(folder.path)/safe/real")
        folder.link("safe/first", to: "../open/second")
        #expect(trust.weakness(of: folder.path + "/safe/first") == nil)
        chmod(folder.path + "/open", 0o777)
        let weakness = PathWeakness(place: folder.path + "/open", kind: .others)
        #expect(trust.weakness(of: folder.path + "/safe/first") == weakness)
    }

    @Test("is asked of what a link to a folder holds, and a circle of links ends")
    func circle() {
        folder.write("real/file", "x")
        folder.link("way", to: "real")
        chmod(folder.path + "/real", 0o777)
        #expect(trust.weakness(of: folder.path + "/way/file")?.place == folder.path + "/real")
        folder.link("one", to: "two")
        folder.link("two", to: "one")
        #expect(trust.weakness(of: folder.path + "/one/x") == nil)
    }
}
