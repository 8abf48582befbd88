// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model
import Scheduling
import Testing

/// Nothing that a zone's file holds may crash its reader, or what is asked of the zone: each seed makes one file.
@Suite("Random input of zone files")
struct RandomZoneTests {
    @Test("random changes to zone files never crash their reader")
    func changes() throws {
        let names = ["Asia/Seoul", "Europe/Berlin", "America/St_Johns", "Africa/Casablanca", "UTC"]
        let files = try names.map { Array(try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/" + $0))) }
        for seed in 0..<UInt64(3000) {
            var random = SplitMix(state: seed)
            var bytes = files[Int(seed) % files.count]
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(position..<min(bytes.count, position + 5))
                default: bytes.insert(UInt8(ascii: "9"), at: bytes.count - min(bytes.count, 8))
                }
                if bytes.isEmpty { break }
            }
            ask(Zone(name: "x", tzif: bytes))
        }
    }

    @Test(
        "rules with numbers that no clock has are no rules",
        arguments: [
            "A99999999999999999", "AAA999999999999999999", "AAA9:999999999999999999",
            "AAA-9BBB999999999999999,M1.1.1,M2.2.2",
            "AAA-9BBB,M3.5.0/999999999999999999,M10.5.0", "AAA-9BBB,J99999999999999999999,J1", "AAA200", "AAA1:60",
        ])
    func rules(rule: String) throws {
        let utc = Array(try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/UTC")))
        let footer = try #require(utc.dropLast().lastIndex(of: 0x0A))
        #expect(Zone(name: "x", tzif: Array(utc[...footer]) + Array((rule + "\n").utf8)) == nil)
    }

    private func ask(_ zone: Zone?) {
        guard let zone else { return }
        for seconds in [Int64(-5_000_000_000), 0, 1_790_000_000, 7_000_000_000] {
            let (day, _) = zone.local(Instant(seconds: seconds))
            _ = zone.instant(day, 9000)
        }
    }
}

/// Numbers by chance that are the same for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
