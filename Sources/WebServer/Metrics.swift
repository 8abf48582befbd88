// SPDX-License-Identifier: Apache-2.0

import APIContract
import Engine
import Model

/// A server's figures in the text format of Prometheus, version 0.0.4.
struct Metrics {
    private(set) var text = ""

    init(_ vitals: Vitals, _ process: ProcessFigures, _ disk: DiskFigures, _ info: ServerInfo) {
        let clockwork = vitals.clockwork
        one("firstline_info", "gauge", "Always 1; its label is the version.", 1, ["version": info.version])
        one("firstline_ready", "gauge", "1 when /readyz answers ready.", vitals.complaints.isEmpty ? 1 : 0)
        head("firstline_runs", "gauge", "Runs that are kept, by state.")
        for state in RunState.allCases {
            line("firstline_runs", Double(vitals.runs[state] ?? 0), ["state": state.rawValue])
        }
        one("firstline_runs_moving", "gauge", "Runs that this server moves.", Double(vitals.movingRuns))
        head("firstline_planned_starts_total", "counter", "Planned starts whose time came, by what became of them.")
        line("firstline_planned_starts_total", Double(clockwork.started), ["outcome": "started"])
        line("firstline_planned_starts_total", Double(clockwork.skipped), ["outcome": "skipped"])
        lateness(clockwork.lateness)
        one("firstline_store_bytes", "gauge", "The files of the store.", Double(disk.storeBytes))
        one("firstline_store_free_bytes", "gauge", "Space that is free on the store's disk.", Double(disk.freeBytes))
        one(
            "process_start_time_seconds", "gauge", "When the server was started, since 1970.",
            Double(info.startedAt.microseconds) / 1_000_000)
        one("process_cpu_seconds_total", "counter", "Time on the processors.", process.cpuSeconds)
        one("process_resident_memory_bytes", "gauge", "Memory in use.", Double(process.residentBytes))
        one("process_open_fds", "gauge", "Open files and sockets.", Double(process.openFiles))
    }

    private mutating func lateness(_ figures: LatenessFigures) {
        let name = "firstline_start_lateness_seconds"
        head(name, "histogram", "How long after its time a planned start became a run, where nothing held it up.")
        var count = 0
        for (bound, number) in zip(LatenessFigures.bounds, figures.counts) {
            count += number
            line(name + "_bucket", Double(count), ["le": Metrics.number(bound)])
        }
        line(name + "_bucket", Double(figures.total), ["le": "+Inf"])
        line(name + "_sum", figures.sum)
        line(name + "_count", Double(figures.total))
    }

    private mutating func one(
        _ name: String, _ kind: String, _ help: String, _ value: Double, _ labels: [String: String] = [:]
    ) {
        head(name, kind, help)
        line(name, value, labels)
    }

    private mutating func head(_ name: String, _ kind: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    private mutating func line(_ name: String, _ value: Double, _ labels: [String: String] = [:]) {
        let written = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Metrics.escaped($0.value))\"" }.joined(
            separator: ",")
        text += name + (written.isEmpty ? "" : "{\(written)}") + " \(Metrics.number(value))\n"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\", "\"": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
