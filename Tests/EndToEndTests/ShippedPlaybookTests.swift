// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Playbooks that ship")
struct ShippedPlaybookTests {
    @Test("have no problem and no warning: their texts are all reported, filled and in every language")
    func validate() throws {
        let folder = Product.repository.appendingPathComponent("Playbooks").path
        let ended = try shell(
            [Product.program, "job", "validate", "--playbooks", folder],
            environment: ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "FIRSTLINE_PLUGINS": "/nonexistent"])
        #expect(ended.code == 0 && ended.errors == "", "\(ended.errors)")
        #expect(ended.output.wholeMatch(of: /\d\d jobs, no problems\n/) != nil, "\(ended.output)")
    }
}
