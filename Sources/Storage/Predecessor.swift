// SPDX-License-Identifier: Apache-2.0

package import Model

/// A process that wrote a store and ended without closing it: it was killed, it crashed, or its machine went down.
package struct Predecessor: Hashable, Sendable {
    /// Its process id.
    package let process: Int32
    /// When the store was last written.
    package let lastWrite: Instant

    package init(process: Int32, lastWrite: Instant) {
        self.process = process
        self.lastWrite = lastWrite
    }
}
