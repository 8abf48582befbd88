// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
package import Model

/// The digest of a plan: two plans with one digest do the same on the same hosts.
package enum PlanDigest {
    /// SHA-256, as hex, over the plan's JSON with its keys in order, places and the old digest left out, in the form that the first
    /// version wrote.
    package static func digest(of plan: Plan) -> String {
        var plan = plan
        plan.digest = ""
        plan.hosts = plan.hosts.map { host in
            var host = host
            host.place = nil
            return host
        }
        plan.steps = plan.steps.map { step in
            var step = step
            step.settings = step.settings.withoutPlaces
            return step
        }
        let encoder = JSONEncoder()
        // Also plans of earlier versions keep their digests.
        if let form = CodingUserInfoKey.earlierForm { encoder.userInfo[form] = true }
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding can fail only for numbers that are not finite, and Value writes those as text.
        return (try? encoder.encode(plan)).map { hex(SHA256.hash(data: $0)) } ?? ""
    }

    /// SHA-256 of bytes, as hex.
    package static func digest(of bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    private static func hex(_ digest: SHA256.Digest) -> String {
        digest.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}

extension Setting {
    /// The same, without where it was written: moving a playbook's lines changes nothing.
    var withoutPlaces: Setting {
        switch content {
        case .empty, .scalar: Setting(content)
        case .list(let items): Setting(.list(items.map(\.withoutPlaces)))
        case .map(let entries): Setting(.map(entries.map { Entry($0.key, $0.value.withoutPlaces) }))
        }
    }
}
