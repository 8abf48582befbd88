// SPDX-License-Identifier: Apache-2.0

import TaskKit

/// Reads one thing after another and keeps what is wrong with each, so that one mistake does not hide the next.
struct Collector {
    /// What is wrong.
    var errors: [ParameterError] = []

    /// What is read; nil when something is wrong with it.
    mutating func take<Value>(_ read: () throws(ParameterError) -> Value) -> Value? {
        do throws(ParameterError) {
            return try read()
        } catch {
            errors.append(error)
            return nil
        }
    }
}
