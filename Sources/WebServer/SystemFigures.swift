// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// What the system says of this process.
struct ProcessFigures {
    var cpuSeconds = 0.0
    var residentBytes = 0
    var openFiles = 0

    static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            figures.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        }
        if let file = fopen("/proc/self/statm", "r") {
            var numbers = [CChar](repeating: 0, count: 128)
            if fgets(&numbers, Int32(numbers.count), file) != nil {
                let fields = String(decoding: numbers.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                    .split(separator: " ")
                figures.residentBytes =
                    (fields.dropFirst().first.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
            }
            fclose(file)
        }
        if let directory = opendir("/proc/self/fd") {
            while readdir(directory) != nil { figures.openFiles += 1 }
            closedir(directory)
            // Less the two names of the directory itself, and the one that is open to look.
            figures.openFiles -= 3
        }
        return figures
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
}

/// What the system says of the disk that a store is on.
struct DiskFigures {
    private(set) var storeBytes: Int64 = 0
    private(set) var freeBytes: Int64 = 0

    /// Looks at the store's directory; what cannot be looked at counts nothing.
    init(store directory: String) {
        var disk = statvfs()
        // What this account may still write, not what is kept for root.
        if statvfs(directory, &disk) == 0 { freeBytes = Int64(disk.f_bavail) * Int64(disk.f_frsize) }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            let file = try? FileManager.default.attributesOfItem(atPath: directory + "/" + name)
            guard file?[.type] as? FileAttributeType == .typeRegular else { continue }
            storeBytes += file?[.size] as? Int64 ?? 0
        }
    }
}
