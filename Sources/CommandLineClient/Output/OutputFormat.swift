// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The forms of output.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case table, wide, json, jsonl, yaml, csv, name

    /// Whether programs read it, and not a person at a screen.
    var isForPrograms: Bool { self != .table && self != .wide }
}
