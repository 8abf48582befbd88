// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The forms of output.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case table, wide, json, jsonl, yaml, csv, name
}
