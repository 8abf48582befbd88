// SPDX-License-Identifier: Apache-2.0

import Model

/// What is wrong with a text that is no day, where that can be said; nil where only the forms can be listed.
func mistake(inDay text: String) -> String? {
    let ends = text.split(separator: "..", omittingEmptySubsequences: false).map(String.init)
    if ends.count == 2, let first = Day(ends[0]), let last = Day(ends[1]), last < first {
        return "the range '\(text)' goes backward; write '\(ends[1])..\(ends[0])'"
    }
    for end in ends {
        if let (month, day) = monthAndDay(end), (1...12).contains(month), (1...31).contains(day),
            MonthDay(month, day) == nil
        {
            return "'\(end)': month \(month) never has a day \(day)"
        }
    }
    guard ends.count == 1 else { return nil }
    if let (month, day) = monthAndDay(text), MonthDay(month, day) != nil {
        return "'\(text)' must be written \(pad(month, 2))-\(pad(day, 2))"
    }
    guard let date = WrittenDate(text) else { return nil }
    guard let day = date.day(.monthFirst) else {
        return date.day(.dayFirst).map { "'\(text)' must be written \($0)" } ?? "there is no day '\(text)'"
    }
    return date.isAmbiguous
        ? "'\(text)' may mean either way round which is the month; write it as 2026-01-31"
        : "'\(text)' must be written \(day)"
}

/// The numbers of `8-15` or `08-15`.
private func monthAndDay(_ text: String) -> (Int, Int)? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }), let month = Int(parts[0]),
        let day = Int(parts[1]), month > 0, day > 0
    else { return nil }
    return (month, day)
}
