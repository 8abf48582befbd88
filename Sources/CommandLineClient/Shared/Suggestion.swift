// SPDX-License-Identifier: Apache-2.0

import Model

/// What to try instead of a word that is not known: the known word that was probably meant, or something else to say.
func didYouMean(_ word: String, among known: [String], orElse hint: String) -> String {
    if let near = closestName(to: word, among: known) { return "did you mean '\(near)'?" }
    let wanted = word.lowercased()
    // People remember the end of an id better than its folders.
    let within = known.filter { $0.lowercased().hasSuffix("." + wanted) || $0.lowercased().hasPrefix(wanted + ".") }
    guard let first = within.first, within.count <= 3 else { return hint }
    return within.count == 1
        ? "did you mean '\(first)'?" : "did you mean one of \(within.map { "'\($0)'" }.joined(separator: ", "))?"
}
