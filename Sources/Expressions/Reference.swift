// SPDX-License-Identifier: Apache-2.0

package import Model

/// A name in an expression, such as `steps.check.offset_ms`: looked up, never called, never reached into.
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    /// Its segments.
    package let path: [String]

    package init(_ path: [String]) { self.path = path }

    /// The name as it is written.
    package var text: String { path.joined(separator: ".") }
    /// The name as it is written.
    package var description: String { text }
}

/// Gives the value of a name.
///
/// It throws only to say better than an absent value could why there is none.
package typealias Lookup = (Reference) throws(EvaluationError) -> Value

/// Gives the text of a secret that a name stands for.
package typealias Reveal = (Reference, SecretSource) throws(EvaluationError) -> String

/// A secret is nowhere filled in but where its reader is known.
package func refuseSecret(_ reference: Reference, _ source: SecretSource) throws(EvaluationError) -> String {
    throw EvaluationError("'\(reference.text)' is a secret and cannot be given here")
}
