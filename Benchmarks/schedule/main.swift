// SPDX-License-Identifier: Apache-2.0

import Definitions
import Foundation
import Model
import Scheduling

// How soon it is known when many schedules start next, and what a year of a thousand of them looks like; with the word `rehearse`,
// how long the largest rehearsal takes that is not refused.
//
// Prints a line of JSON for each: {"case": "next", "schedules": 100000, "wall_s": 1.2, "max_rss_kb": 200000}

/// Schedules like those of a large house: mostly nightly and monthly work by operating days, some by cron, in a few zones.
///
/// One file of a thousand.
func madeUp(_ file: Int) -> String {
    let rules = [
        "{day: every open, at: '25:30'}", "{day: open 1, at: '6:00'}", "{day: open last, closed: before, at: '23:00'}",
        "{day: 25, closed: before, shift: -2 open, at: '9:00'}", "{cron: '15 3 * * *'}", "{day: mon 2, closed: after, at: '4:00'}",
        "{day: sun, closed: run, at: '2:00'}", "{cron: '*/30 8-18 * * mon-fri'}", "{onCalendar: 'Mon..Fri 07:00'}",
        "{day: 12-24, closed: before, within: 7, at: '12:00'}",
        "{day: every open, at: '8:00', again: {every: 60m, until: '18:00'}}", "{day: fri last, every: 3 months, from: 2026-01-01, at: '22:00'}",
    ]
    let zones = ["Asia/Seoul", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "UTC"]
    var text = "firstline: 1\n"
    if file == 0 { text += "calendars:\n" }
    for number in 0..<(file == 0 ? 20 : 0) {
        text += "  c\(number): {week: [mon, tue, wed, thu, fri], days: [{closed: [01-01, 05-05, 12-25]}, "
            + "{closed: 2026-\(10 + number % 3)-\(10 + number)}, {open: 2027-01-\(10 + number)}, {closed: mon 3 of \(number % 12 + 1)}]}\n"
    }
    text += "schedules:\n"
    for number in file * 1000..<(file + 1) * 1000 {
        text += "  s\(number): {job: a.b, on: all, calendar: c\(number % 20), zone: \(zones[number % zones.count]), system: 48h, "
            + "rules: [\(rules[number % rules.count])]}\n"
    }
    return text
}

func zone(_ name: String) -> Zone? {
    FileManager.default.contents(atPath: "/usr/share/zoneinfo/" + name).flatMap { Zone(name: name, tzif: Array($0)) }
}

func book(_ count: Int) throws -> ScheduleBook {
    var all = ScheduleFiles()
    for file in 0..<count / 1000 {
        let (files, problems) = ScheduleReader.read(Array(madeUp(file).utf8), file: "file \(file)", usualZone: "UTC")
        try problems.throwIfErrors()
        all.calendars += files.calendars
        all.schedules += files.schedules
    }
    var zones: [String: Zone?] = [:]
    return ScheduleBook(all.schedules, calendars: CalendarLibrary(all.calendars)) { name in
        let found = zones[name] ?? zone(name)
        zones[name] = found
        return found
    }
}

func peakKilobytes() -> Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss
}

func report(_ what: String, _ schedules: Int, _ starts: Int, since start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(
        "{\"case\": \"\(what)\", \"schedules\": \(schedules), \"starts\": \(starts), "
            + "\"wall_s\": \(String(format: "%.3f", seconds)), \"max_rss_kb\": \(peakKilobytes())}")
}

/// Rehearses as many starts as are allowed, nearly all of which clash with nearly as many others as may be compared.
func rehearse() throws {
    let names = (0..<20).map { ScheduleName("s\($0)") }
    let text =
        "firstline: 1\nschedules:\n"
        + names.map { "  \($0): {job: a.b, on: all, zone: UTC, rules: [{cron: '* * * * *'}]}\n" }.joined()
    let (files, problems) = ScheduleReader.read(Array(text.utf8), file: "dense", usualZone: "UTC")
    try problems.throwIfErrors()
    let book = ScheduleBook(files.schedules, calendars: CalendarLibrary()) { _ in .utc }
    let footprint = Rehearsal.Footprint(job: "a.b", changedHosts: ["h"], allowsConcurrentRuns: true)
    let footprints = Dictionary(uniqueKeysWithValues: names.map { ($0, footprint) })
    var rehearsal = Rehearsal(footprints: footprints, duration: .seconds(600))
    let first = Day(number: 20_454)
    let days = first...(first + Rehearsal.mostStarts / names.count / 1440 - 1)
    let start = ContinuousClock.now
    for starts in book.pieces(of: days) { try rehearsal.add(starts) }
    report("rehearse", names.count, rehearsal.summaries.values.map(\.starts).reduce(0, +), since: start)
    guard rehearsal.clashes.count == names.count * names.count else { fatalError("not all clash") }
}

if CommandLine.arguments.dropFirst().first == "rehearse" {
    try rehearse()
    exit(0)
}

let begin = Instant(microseconds: 1_793_232_000_000_000)
var start = ContinuousClock.now
let many = try book(100_000)
report("read", 100_000, 0, since: start)
start = ContinuousClock.now
let found = many.all.count { $0.timetable.next(after: begin) != nil }
report("next", 100_000, found, since: start)

let few = try book(1000)
start = ContinuousClock.now
let year = few.planned(from: begin, through: begin + .seconds(365 * 86_400))
report("year", 1000, year.count, since: start)
