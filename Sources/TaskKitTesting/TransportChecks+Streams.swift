// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

extension TransportChecks {
    static let streams: [Check] = [
        Check(description: "gives the exit code, and the two streams apart") { session in
            let (execution, streams) = try await session.run(session.shell("echo out; echo err >&2; exit 7"))
            try expect(execution.exit == .code(7), "exit \(execution.exit)")
            try expect(streams.text == "out\n", "stdout \(streams.text)")
            try expect(streams.errorText == "err\n", "stderr \(streams.errorText)")
        },
        Check(description: "gives standard input to the program, and then its end") { session in
            var command = Command("/bin/cat")
            command.standardInput = Array("one\ntwo\u{0}three".utf8)
            let (_, streams) = try await session.run(command)
            try expect(streams.output == command.standardInput, "\(streams.text)")
        },
        Check(description: "goes on when a program does not read its input") { session in
            var command = Command("/bin/true")
            command.standardInput = [UInt8](repeating: 65, count: 4_000_000)
            let (execution, _) = try await session.run(command)
            try expect(execution.exit == .code(0), "exit \(execution.exit)")
        },
        Check(description: "gives an empty standard input where none was asked for") { session in
            let (execution, streams) = try await session.run(session.shell("read x && echo got; exit 0"))
            try expect(execution.exit == .code(0) && streams.output.isEmpty, "\(streams.text)")
        },
        Check(description: "starts programs with no signal blocked or ignored") { session in
            let (_, streams) = try await session.run(session.shell("grep -E '^Sig(Blk|Ign):' /proc/self/status"))
            // Of 32 and up a program makes its own use; the C library of whoever started it may have ignored some.
            let masks = streams.text.split(separator: "\n").map {
                UInt64($0.suffix(16), radix: 16).map { $0 & 0x7FFF_FFFF }
            }
            try expect(masks == [0, 0], streams.text)
        },
        Check(description: "brings 8 MB whole and in order, also to a sink that is slow") { session in
            let sum = SumSink()
            let command = session.shell(
                "i=0; while [ $i -lt 8 ]; do head -c 1000000 /dev/zero | tr '\\0' \"$i\"; i=$((i+1)); done")
            let end = try await session.execute(command, tag: freshTag(), limit: TimeLimit(.seconds(60)), output: sum)
            try expect(end.exit == .code(0), "exit \(end.exit)")
            let (count, isRising) = await (sum.count, sum.isRising)
            try expect(count == 8_000_000 && isRising, "\(count) bytes, in order: \(isRising)")
        },
        Check(description: "runs several commands at once over one session") { session in
            try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        let (_, streams) = try await session.run(session.shell("sleep 0.1; echo $1", String(number)))
                        try expect(streams.text == "\(number)\n", "\(number): \(streams.text)")
                    }
                }
                try await group.waitForAll()
            }
        },
    ]

    static let bytes: [Check] = [
        Check(description: "brings every value byte for byte, as argument and as environment") { session in
            for round in 0..<20 {
                let values = (0..<50).map { _ in TaintedText.random() }
                // printf repeats its format for every argument; each value is followed by a byte no value holds.
                var command = Command("/bin/sh", ["-c", #"printf '%s\035' "$@" "$VALUE""#, "sh"] + values)
                command.environment = ["VALUE": values[0]]
                let (_, streams) = try await session.run(command)
                let expected = Array((values + [values[0]]).map { $0 + "\u{1D}" }.joined().utf8)
                try expect(streams.output == expected, "round \(round): some value came back altered")
            }
        },
        Check(description: "keeps bytes that are no text") { session in
            let (_, streams) = try await session.run(session.shell(#"printf '\377\376\000\033[31m'"#))
            try expect(streams.output == [0xFF, 0xFE, 0, 0x1B] + Array("[31m".utf8), "\(streams.output)")
        },
        Check(description: "runs a script with its interpreter and arguments, the script unaltered") { session in
            let text = "printf '%s|' \"$@\" '${x}' \"$0\"; echo 'it''s'"
            let script = Command.Script(text: Array(text.utf8), arguments: ["a b", "-x"])
            let (execution, streams) = try await session.run(Command(.script(script)))
            try expect(execution.exit == .code(0), "exit \(execution.exit)")
            try expect(streams.text.hasPrefix("a b|-x|${x}|/"), "\(streams.text)")
        },
        Check(description: "gives a script its own standard input") { session in
            var command = Command(.script(.init(text: Array("cat; exit 3".utf8))))
            command.standardInput = Array("for the script".utf8)
            let (execution, streams) = try await session.run(command)
            try expect(execution.exit == .code(3) && streams.text == "for the script", "\(streams.text)")
        },
        Check(description: "brings back what a script wrote to FIRSTLINE_OUTPUT, apart from its streams") { session in
            let text = #"echo "value a=1" >>"$FIRSTLINE_OUTPUT"; echo said"#
            let (execution, streams) = try await session.run(Command(.script(.init(text: Array(text.utf8)))))
            try expect(execution.outputFile == Array("value a=1\n".utf8), "\(execution.outputFile)")
            try expect(streams.text == "said\n", "\(streams.text)")
        },
    ]
}

/// Text that would do harm if anything read it as anything but text.
public enum TaintedText {
    private static let pieces = [
        "$(id)", "`id`", ";", "'", "\"", "\\", "\n", "\r", " ", "\t", "*", "?", "[a-z]", "-", "--", "~", "!", "#", "&",
        "|", "<", ">",
        "(", ")", "{", "}", "$x", "${x}", "%s", "\\n", "\\0101", "é", "가", "日本", "🚀", "\u{1}", "\u{7F}",
        "\u{1E}FIRSTLINE", "x", "0", "=",
        "+", "\u{200B}", "rm -rf /", "&&", "\u{1B}[31m", "EOF",
    ]

    /// A random text of up to 12 such pieces; sometimes empty.
    public static func random() -> String {
        (0..<Int.random(in: 0...12)).map { _ in pieces.randomElement() ?? "" }.joined()
    }
}

/// Counts what it is given, slowly.
private actor SumSink: OutputSink {
    private(set) var count = 0
    private(set) var isRising = true
    private var last: UInt8 = 0

    func write(_ bytes: [UInt8], to stream: OutputStream) async {
        for byte in bytes {
            if byte < last { isRising = false }
            last = byte
        }
        count += bytes.count
        await Task.yield()
    }
}
