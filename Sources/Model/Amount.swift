// SPDX-License-Identifier: Apache-2.0

/// A number with what it counts: `1 key`, `2 keys`.
package func amount(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
}
