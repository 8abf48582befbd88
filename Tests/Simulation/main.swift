// SPDX-License-Identifier: Apache-2.0

// Lives through many stories: the real engine and the real task type, with simulated hosts, network, store and clock, and
// controllers that die. A story that goes wrong is told with its seed, which gives the same story again.
//
//   swift run firstline-simulation [FIRST-SEED [STORIES]]

import Foundation

// Sets and dictionaries have an order that chance decides for each process, unless this is set when it starts.
if getenv("SWIFT_DETERMINISTIC_HASHING") == nil {
    setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    fatalError("cannot start anew")
}
let words = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let first = words.first ?? UInt64.random(in: 0..<1_000_000_000)
let count = words.dropFirst().first ?? 300
print("seeds \(first) to \(first + count - 1)")
let began = ContinuousClock.now
var total = Story.Outcome()
var wrongStories = 0
for seed in first..<(first + count) {
    let outcome = Story(seed: seed).live()
    total.transitions += outcome.transitions
    total.crashes += outcome.crashes
    total.unknown += outcome.unknown
    total.steps += outcome.steps
    guard !outcome.wrong.isEmpty else { continue }
    wrongStories += 1
    print("seed \(seed):")
    for wrong in outcome.wrong.prefix(5) { print("  \(wrong)") }
}
let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1000
print(
    "\(count) stories, \(total.crashes) crashes, \(total.steps) tries, \(total.unknown) of them unknown, "
        + "\(total.transitions) transitions in \(String(format: "%.1f", seconds)) s "
        + "(\(Int(Double(total.transitions) / max(seconds, 0.001) * 60)) a minute): \(wrongStories) wrong")
exit(wrongStories == 0 ? 0 : 1)
