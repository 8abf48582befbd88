// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@Suite("Numbers and sizes")
struct NumberTests {
    @Test(
        "are what is written, also beyond 2^53",
        arguments: [
            (ValueKind.number, "5", Value.number(5)), (.number, "9007199254740992", .number(9_007_199_254_740_992)),
            (.number, "9007199254740993", .integer(9_007_199_254_740_993)),
            (.number, "-9007199254740993", .integer(-9_007_199_254_740_993)),
            (.number, "9223372036854775807", .integer(.max)), (.number, "1e300", .number(1e300)),
            (.number, "100000000000000000000", .number(1e20)), (.number, "0.1", .number(0.1)),
            (.number, "9223372036854775808.0", .number(0x1p63)),
            (.integer, "9223372036854775807", .integer(.max)), (.integer, "-9223372036854775808", .integer(.min)),
            (.size, "9007199254740993", .size(9_007_199_254_740_993)), (.size, "9223372036854775807", .size(.max)),
            (.size, "9223372036854775807B", .size(.max)), (.size, "8388607.999TiB", .size(9_223_372_035_755_264_180)),
            (.size, "0.001kB", .size(1)), (.size, "1.5GiB", .size(1_610_612_736)), (.size, "0.1KiB", .size(102)),
            (.size, "1.1MB", .size(1_100_000)), (.size, "4503599627370497.5KiB", .size(4_611_686_018_427_389_440)),
        ])
    func exact(kind: ValueKind, text: String, value: Value) {
        #expect(kind.value(from: text) == value)
    }

    @Test(
        "that cannot be kept exactly are refused with the range",
        arguments: [
            (
                ValueKind.integer, "9223372036854775808",
                "a whole number from -9223372036854775808 to 9223372036854775807"
            ),
            (.integer, "-9223372036854775809", "a whole number from -9223372036854775808 to 9223372036854775807"),
            (.number, "18446744073709551616", "a whole number from -9223372036854775808 to 9223372036854775807"),
            (
                .number, "9007199254740993.5",
                "a number of at most 15 digits or a whole number up to 9223372036854775807"
            ),
            (.size, "9223372036854775808", "a size of at most 9223372036854775807 bytes"),
            (.size, "8388608TiB", "a size of at most 9223372036854775807 bytes"),
            (.size, "99999999999999999999", "a size of at most 9223372036854775807 bytes"),
            (.duration, "36501d", "a duration of at most 36500d"),
            (.duration, "3153600001", "a duration of at most 36500d"),
            (.integer, "many", "a whole number such as 42"), (.number, "1e400", "a number such as 1.5"),
            (.size, "1.2.3MB", "a size such as 4096, 64KiB or 10MB"),
            (.size, ".", "a size such as 4096, 64KiB or 10MB"),
        ])
    func refused(kind: ValueKind, text: String, expectation: String) {
        #expect(kind.value(from: text) == nil)
        #expect(kind.expectation(insteadOf: text) == expectation)
    }

    @Test(
        "durations are what is written, to the microsecond",
        arguments: [
            ("1.001s", 1_001_000), ("0.0005s", 500), ("0.3ms", 300), ("36500d", 3_153_600_000_000_000),
            ("1.1m", 66_000_000), ("4.35s", 4_350_000), ("3153600000", 3_153_600_000_000_000),
        ])
    func durations(text: String, microseconds: Int64) {
        #expect(Duration(written: text) == .microseconds(microseconds))
    }

    @Test(
        "reach a program in digits",
        arguments: [
            (Value.number(1_000_000_000_000_000), "1000000000000000"),
            (.number(9_007_199_254_740_992), "9007199254740992"),
            (.number(-4_503_599_627_370_497), "-4503599627370497"), (.number(0.5), "0.5"), (.number(5), "5"),
            (.integer(.min), "-9223372036854775808"), (.number(1e300), "1e+300"),
        ])
    func digits(value: Value, text: String) {
        #expect(value.text == text)
    }

    @Test(
        "stand to a limit by their exact amounts",
        arguments: [
            (Value.integer(9_007_199_254_740_993), Value.integer(9_007_199_254_740_992), Order.more),
            (.integer(9_007_199_254_740_993), .number(9_007_199_254_740_992), .more),
            (.number(9_007_199_254_740_992), .integer(9_007_199_254_740_993), .less),
            (.integer(.max), .number(0x1p63), .less), (.integer(.min), .number(-0x1p63), .same),
            (.size(9_007_199_254_740_993), .size(9_007_199_254_740_992), .more),
            (.integer(1), .number(0.5), .more), (.duration(.microseconds(1_000_001)), .duration(.seconds(1)), .more),
            (.duration(.seconds(1)), .integer(1), .same), (.duration(.milliseconds(1500)), .number(1.5), .same),
        ])
    func limits(value: Value, limit: Value, order: Order) {
        #expect(value.order(toLimit: limit) == order)
    }
}
