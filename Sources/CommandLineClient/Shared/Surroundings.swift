// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Glibc
import Model

/// What the process finds around it: variables, places, the terminal, the person.
enum Surroundings {
    /// An environment variable, unless it is empty.
    static func variable(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// The moment it is.
    static var now: Instant { EngineClock.system.now() }

    static var home: String { knownHome ?? "/" }

    /// The home folder of the person, or of the account; nil when the system knows neither.
    static var knownHome: String? {
        variable("HOME") ?? getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }
    }

    /// The directory of the store.
    static func dataDirectory(_ given: String?) -> String {
        given ?? variable("FIRSTLINE_DATA") ?? (variable("XDG_STATE_HOME") ?? home + "/.local/state") + "/firstline"
    }

    /// Whether a variable names the directory of the store, or the one it is in.
    static var namesData: Bool { variable("FIRSTLINE_DATA") ?? variable("XDG_STATE_HOME") != nil }

    /// How long a host that was lost is sought; nil = as long as usual.
    static func hostPatience() throws -> Duration? { try duration("FIRSTLINE_HOST_PATIENCE") }

    /// How long a store that fails is tried again; nil = as long as usual.
    static func storePatience() throws -> Duration? { try duration("FIRSTLINE_STORE_PATIENCE") }

    private static func duration(_ name: String) throws -> Duration? {
        guard let text = variable(name) else { return nil }
        guard let duration = Duration(written: text), duration > .zero else {
            throw CommandFailure(.usage, "\(name) must be a duration such as 30s or 5m, not '\(text)'")
        }
        return duration
    }

    static var configuredInventory: String? {
        if let file = variable("FIRSTLINE_INVENTORY") { return file }
        return access(usualInventory, R_OK) == 0 ? usualInventory : nil
    }

    /// Where the inventory stands unless something else is said.
    static var usualInventory: String {
        (variable("XDG_CONFIG_HOME") ?? home + "/.config") + "/firstline/inventory.yaml"
    }

    /// Directories of what ships: given, by variable, or beside the executable (installed, or in its build tree).
    static func shipped(_ given: [String], variable name: String, _ folder: String) -> [String] {
        if !given.isEmpty { return given }
        if let text = variable(name) { return text.split(separator: ":").map(String.init) }
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let places = ["../share/firstline/" + folder.lowercased(), "../../../" + folder]
        return places.map { program.appendingPathComponent($0).standardizedFileURL.path }.filter {
            access($0, R_OK) == 0
        }.prefix(1).map(\.self)
    }

    /// Who is at work.
    static var person: String {
        if let name = variable("FIRSTLINE_OPERATOR") ?? variable("SUDO_USER") ?? variable("USER") { return name }
        return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? String(getuid())
    }

    /// Whether a stream is a terminal a person looks at.
    static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && variable("TERM") != "dumb"
    }

    /// Whether the terminal's character set has more than ASCII.
    static var showsUnicode: Bool {
        let set = variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG")
        return set.map { ["utf-8", "utf8"].contains(where: $0.lowercased().contains) } ?? true
    }

    /// Whether colours are wanted on a stream.
    static func wantsColour(_ descriptor: Int32) -> Bool {
        if variable("NO_COLOR") != nil { return false }
        return variable("CLICOLOR_FORCE") != nil || isTerminal(descriptor)
    }

    /// The size of the terminal, or 100 by 30 where there is none.
    static var terminalSize: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (100, 30) }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
