// SPDX-License-Identifier: Apache-2.0

import APIContract
import ArgumentParser
import Definitions
import Foundation
import Model
import Planning
import Scheduling

/// Options that name calendars and schedules.
struct ScheduleOptions: ParsableArguments {
    @Option(
        name: [.customLong("schedules"), .customShort("s")],
        help: ArgumentHelp(
            "File of calendars and schedules, or a directory of them; may be given several times.",
            discussion: "Default: $FIRSTLINE_SCHEDULES (colons between), else $XDG_CONFIG_HOME/firstline/schedules.",
            valueName: "path"), completion: .file())
    var schedules: [String] = []

    /// Reads the calendars and schedules, those that jobs have of their own among them, and checks them against each other.
    ///
    /// Where the jobs have been read already (`jobs`), there need not be any.
    func book(_ common: CommonOptions, jobs known: JobLibrary? = nil) throws -> ScheduleBook {
        let zone = Surroundings.localZone
        let (paths, files) = try files(common)
        var all = files
        var jobs = known
        if jobs == nil, let directories = try? playbookDirectories(common), !directories.isEmpty {
            jobs = try loadJobs(common)
        }
        all.schedules += (jobs?.all ?? []).compactMap { ScheduleReader.schedule(of: $0, usualZone: zone) }
        guard known != nil || !paths.isEmpty || !all.schedules.isEmpty else {
            throw CommandFailure(
                .usage,
                "there are no schedules; name their file with -s or FIRSTLINE_SCHEDULES, write them into "
                    + "\(Surroundings.usualSchedules), or give a job a task of type Schedule")
        }
        return book(of: all)
    }

    /// The maintenance windows and freezes of the files alone.
    func windows(_ common: CommonOptions) throws -> [ChangeWindow] {
        var (_, files) = try files(common)
        files.schedules = []
        return book(of: files).windows
    }

    private func files(_ common: CommonOptions) throws -> (paths: [String], ScheduleFiles) {
        var (all, problems) = (ScheduleFiles(), Problems())
        let paths = try served(schedules, common.data, \.schedules) ?? Surroundings.schedulePaths(schedules)
        for path in paths {
            let (files, found) = ScheduleReader.read(path: path, usualZone: Surroundings.localZone)
            all.add(files)
            problems.add(found)
        }
        // Those who check the files of a server write them.
        if CarefulReading.isOn { problems.add(all.remarks) }
        return (paths, try usable(all, problems))
    }

    private func book(of all: ScheduleFiles) -> ScheduleBook {
        let zones = ZoneCabinet()
        let faults = all.faults.with(selectionFaultsOf: all)
        let calendars = CalendarLibrary(all.calendars, faults: faults)
        return ScheduleBook(all.schedules, windows: all.windows, calendars: calendars, faults: faults) {
            zones.zone($0)
        }
    }
}

extension ScheduleBook {
    /// Says to the person what stands still, because something is wrong with it.
    func tellFaults(_ language: Language) {
        for problem in faults.problems.all { say(Phrases.text(problem, language)) }
    }
}

extension OutlookNotice {
    /// The same as a warning about a file.
    var problem: Problem { Problem(text, at: place, path: path, severity: .warning) }
}

extension [DefinitionFault] {
    /// These, and what is wrong with the texts that select the targets of schedules and windows.
    fileprivate func with(selectionFaultsOf files: ScheduleFiles) -> Self {
        var all = self
        func look(_ kind: DefinitionFault.Kind, _ name: String, _ place: Place?, on: String?, except: String?) {
            var problems = Problems()
            for (key, text) in [("on", on), ("except", except)] {
                guard let text, let problem = Planning.Selection.problem(in: text, key) else { continue }
                problems.add(problem.message, at: place, path: "\(kind.rawValue)/\(name)/\(key)")
            }
            all.add(kind, name, problems)
        }
        for window in files.windows {
            let kind: DefinitionFault.Kind = window.kind == .freeze ? .freeze : .window
            look(kind, window.name.rawValue, window.place, on: window.on, except: window.except)
        }
        for schedule in files.schedules {
            look(.schedule, schedule.name.rawValue, schedule.place, on: schedule.on, except: schedule.except)
        }
        return all
    }
}

/// The zones of this machine's time zone database, each read once.
final class ZoneCabinet {
    private var zones: [String: Zone?] = [:]

    func zone(_ name: String) -> Zone? {
        if let known = zones[name] { return known }
        let zone = read(name)
        zones[name] = zone
        return zone
    }

    private func read(_ name: String) -> Zone? {
        // A name is a path below the database, and never leads out of it.
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") }) else { return nil }
        let path = (Surroundings.variable("TZDIR") ?? "/usr/share/zoneinfo") + "/" + name
        guard let bytes = try? Files.read(path, limit: 1_000_000) else { return nil }
        return Zone(name: name, tzif: bytes)
    }
}

extension Surroundings {
    /// Where schedules stand unless something else is said.
    static var usualSchedules: String {
        (variable("XDG_CONFIG_HOME") ?? home + "/.config") + "/firstline/schedules"
    }

    /// Where schedules stand: what was given, what the variable says, or the usual place if there is something.
    static func schedulePaths(_ given: [String]) -> [String] {
        if !given.isEmpty { return given }
        if let text = variable("FIRSTLINE_SCHEDULES") { return text.split(separator: ":").map(String.init) }
        return FileManager.default.fileExists(atPath: usualSchedules) ? [usualSchedules] : []
    }

    /// The zone this machine's clock is set to.
    static var localZone: String {
        if let name = variable("TZ"), !name.hasPrefix("/"), !name.hasPrefix(":") { return name }
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/etc/localtime")
        return link?.range(of: "zoneinfo/").flatMap { range in link.map { String($0[range.upperBound...]) } } ?? "UTC"
    }
}

extension Instant {
    /// `2026-11-26 09:00` by the clocks of a zone; with seconds where there are some, and with the offset (`02:30 +02:00`) where the
    /// clocks show that time twice; `toSeconds` always shows them.
    func text(in zone: Zone, toSeconds: Bool = false) -> String {
        let (day, seconds) = zone.local(self)
        let clock = [seconds / 3600, seconds / 60 % 60].map { pad($0, 2) }.joined(separator: ":")
        let text = "\(day) \(clock)" + (seconds % 60 == 0 && !toSeconds ? "" : ":" + pad(seconds % 60, 2))
        return zone.showsTwice(self) ? text + " " + zone.offsetText(at: self) : text
    }
}
