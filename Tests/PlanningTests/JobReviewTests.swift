// SPDX-License-Identifier: Apache-2.0

import Definitions
import Model
import Planning
import StandardTasks
import TaskKit
import Testing

@Suite("A job by itself")
struct JobReviewTests {
    /// The warnings of a job with some messages and one script, one a line.
    private func warnings(_ messages: String, _ script: [String], _ more: String = "") throws -> [String] {
        let lines = script.map { "          \($0)\n" }.joined()
        let text = """
            firstline: 1
            title: {en: Job}
            messages:
              none: never reported
            \(messages)
            tasks:
              look:
                type: RunProgram
                with:
                  script:
                    text: |
                      exec 3>>"$FIRSTLINE_OUTPUT"
            \(lines)\(more)
            """
        let (job, problems) = PlaybookReader.read(text, file: "job.yaml", id: "job")
        try problems.throwIfErrors()
        let registry = try TaskTypeRegistry(standardTaskTypes)
        let all = JobReview.problems(of: try #require(job), registry).all
        #expect(all.allSatisfy { $0.severity == .warning && $0.place?.file == "job.yaml" })
        return all.map(\.message).filter { !$0.contains("'none'") }
    }

    @Test("whose texts are all reported and filled has no warning")
    func fine() throws {
        let messages = "  A-1: {en: \"{x} of {y}\"}\n  sum: {en: \"{n}\"}"
        #expect(
            try warnings(messages, ["echo \"finding error A-1 x=$x y=\\\"a b\\\"\" >&3", "echo 'summary sum n=1' >&3"])
                == [])
    }

    @Test("that never reports a text has a warning, and only where that is certain")
    func unused() throws {
        #expect(try warnings("  A-1: one", ["true"]).first?.hasPrefix("no task of this job reports 'A-1'") == true)
        #expect(try warnings("  A-1: one", ["# finding error A-1"]).count == 1, "a comment reports nothing")
        for script in [
            "report A-1", "code=A-1", "echo \"finding error A-$n\" >&3",
            "printf 'finding error %s-%s\\n' A 1 >&3; x='A-'\"$n\"",
            "echo \"finding error ${kind}-1\" >&3; x=${kind}-1", "awk '{ print \"finding error A-\" $1 }' >&3",
            "printf 'OK\\nA-1\\n'",
        ] {
            #expect(
                try warnings("  A-1: one", [script]).filter { $0.hasPrefix("no task") } == [], "\(script)")
        }
        #expect(try warnings("  x-ok: one", ["say \"summary ${kind}-ok\""]) == [])
        #expect(try warnings("  x-ok: one", ["say \"summary $kind-ok\""]) == [])
    }

    @Test("that reports a code without a text has one warning, and none where the code is put together")
    func unnamed() throws {
        let found = try warnings(
            "  A-10: one", ["say \"finding error A-1\"", "say \"finding error A-1 x=1\"", "say A-10"])
        #expect(
            found == [
                "the finding 'A-1' has no text under messages, so people read 'A-1' and its values; did you mean 'A-10'?"
            ])
        for line in [
            "say \"finding error A-$1\"", "say \"finding $*\"", "echo \"$(date) finding error A-1\"",
            "echo finding the error",
            "echo \"summary of the day\"", "printf 'finding %s %s\\n' \"$a\" \"$b\"", "# finding error A-1",
            "awk '{ print \"finding error A-1\" $1 }' >&3",
        ] {
            #expect(try warnings("", [line]) == [], "\(line)")
        }
        for line in [
            "echo finding error A-1 >&3", "printf 'finding error A-1 x=%s\\n' 1", "say 'finding error A-1' || exit 1",
            "finding error A-1", "awk '{ print \"finding error A-1 x=\" $1 }' >&3", "say \"finding $level A-1\"",
            "printf 'summary one\\nfinding error A-1\\n' >&3; #",
        ] {
            #expect(
                try warnings("  one: x", [line]).contains { $0.hasPrefix("the finding 'A-1' has no text") }, "\(line)")
        }
    }

    @Test("whose text has a {name} that nothing gives has a warning, and only where that is certain")
    func unfilled() throws {
        let text = "  A-1: {en: \"{x}\"}"
        #expect(
            try warnings(text, ["say \"finding error A-1 y=1\""]) == [
                "nothing fills {x}: what reports 'A-1' gives no x=…, so people read {x}"
            ])
        #expect(
            try warnings(text, ["say \"finding error A-1 x=1\"", "say \"finding error A-1\""]) == [
                "'A-1' is reported without x=… here, and its text has {x}"
            ])
        for line in [
            "say \"finding error A-1 $more\"", "report A-1 x=1", "report A-1 \"$name=$value\"",
            "printf 'finding error A-1 %s=%s\\n' x 1", "awk '{ print \"finding error A-1 y=\" $1 }'",
            "awk '{ print \"finding error A-1 y=\" $1 \" x=\" $2 }'",
            "say \"finding error A-1 y=$(date +%s) x=${x:-}\"",
            "say \"finding error A-1 y=\\\"$a b\\\" x=1\"", "finding error A-1 y=http://h/?a&b x=1",
            "echo finding error A-1 x=1 >&3; y=1",
        ] {
            #expect(try warnings(text, [line]) == [], "\(line)")
        }
    }

    @Test("whose thresholds and summary give the values is filled by them")
    func thresholds() throws {
        let messages = "  A-1: {en: \"{value} {limit} {n} {m}\"}\n  sum: {en: \"{n} {exitCode} {o}\"}"
        let more = """
                  outputs: {n: {type: integer}}
                  thresholds: [{value: n, error: "> 1", code: A-1}]
                  summary: sum
            """
        #expect(
            try warnings(messages, ["say value n=1"], more) == [
                "nothing fills {m}: what reports 'A-1' gives no m=…, so people read {m}",
                "nothing fills {o}: what reports 'sum' gives no o=…, so people read {o}",
            ])
    }

    @Test("has a warning for each language that a text lacks and others have")
    func languages() throws {
        func problems(_ head: String) throws -> [String] {
            let text = "firstline: 1\n\(head)\ntasks:\n  a: {type: HOLD, with: {message: {en: Go?, ja: 続行?}}}\n"
            let job = try #require(PlaybookReader.read(text, file: "job.yaml", id: "job").job)
            return JobReview.problems(of: job, try TaskTypeRegistry(standardTaskTypes)).all.map {
                "\($0.path): \($0.message)"
            }
        }
        #expect(try problems("title: {en: A, ja: あ}") == [])
        #expect(try problems("title: One for all") == [])
        #expect(
            try problems("title: {en: A, ko: 가, ja: あ}\nhelp: {en: B}") == [
                "help: has no ko and ja, which other texts of this job have; people who read ko and ja see the English text",
                "tasks/a/with/message: has no ko, which other texts of this job have; people who read ko see the English text",
            ])
    }

    /// The warnings of a job about its parameters, which are a, b and so on.
    private func unusedOf(
        _ names: String, _ tasks: String, _ more: String = "", with others: [JobID: String] = [:]
    ) throws -> [String] {
        let parameters = names.map { "\($0): {type: text, default: x}" }.joined(separator: ", ")
        let text = "firstline: 1\ntitle: x\nparameters: {\(parameters)}\n\(more)\ntasks: {\(tasks)}\n"
        let (read, problems) = PlaybookReader.read(text, file: "job.yaml", id: "job")
        try problems.throwIfErrors()
        let job = try #require(read)
        let called = others.compactMap { PlaybookReader.read($0.value, file: "\($0.key).yaml", id: $0.key).job }
        let registry = try TaskTypeRegistry(standardTaskTypes)
        return JobReview.problems(of: job, in: JobLibrary([job] + called), registry).all.map(\.description)
    }

    @Test("whose parameter nothing uses has a warning, with its place")
    func unusedParameter() throws {
        #expect(
            try unusedOf("ab", #"t: {type: RunProgram, with: {program: /bin/echo, arguments: ["${params.b}"]}}"#) == [
                "job.yaml:3:14: warning: parameters/a: nothing in this job uses the parameter 'a'; read it as ${params.a}, "
                    + "or delete it"
            ])
        #expect(
            try unusedOf("a", #"t: {type: RunProgram, with: {program: /bin/echo, arguments: ["${params.ab}x"]}}"#).count
                == 1, "another name that begins alike is no use of it")
    }

    @Test(
        "whose parameter is used anywhere has no warning about it",
        arguments: [
            #"t: {type: RunProgram, with: {program: /bin/echo, arguments: ["${default(params.a, 'b')}"]}}"#,
            #"t: {type: RunProgram, with: {script: {text: "echo $A"}, environment: {A: "${ params.a }"}}}"#,
            #"t: {type: Condition, with: {when: "params.a == 'x'"}}"#,
            #"t: {type: RunProgram, timeLimit: "${params.a}", with: {program: /bin/true}}"#,
            #"t: {type: RunProgram, account: "${params.a}", with: {program: /bin/true}}"#,
            #"t: {type: RunProgram, retry: {times: 2, delay: "${params.a}"}, with: {program: /bin/true}}"#,
            #"t: {type: RunProgram, with: {program: /bin/true, errorWhen: {when: "params.a == 'x'"}}}"#,
            #"t: {type: ExecuteJOB, with: {job: inner, values: {b: "${params.a}"}}}"#,
            #"t: {type: Nowhere, with: {}}"#,
        ])
    func usedParameter(task: String) throws {
        let inner = "firstline: 1\ntitle: x\nparameters: {b: {type: text}}\ntasks: {s: {type: Start}}\n"
        #expect(try unusedOf("a", task, with: ["inner": inner]).filter { $0.contains("uses the parameter") } == [])
    }

    @Test("whose parameter a called job takes by its name has no warning about it; in the background it takes none")
    func inheritedParameter() throws {
        let parameters = "parameters: {a: {type: text, required: false}}"
        let inner = "firstline: 1\ntitle: x\n\(parameters)\ntasks: {s: {type: Start}}\n"
        let call = "t: {type: ExecuteJOB, with: {job: inner}}"
        let background = "t: {type: ExecuteJOB, with: {job: inner, background: true}}"
        #expect(try unusedOf("a", call, with: ["inner": inner]) == [])
        #expect(try unusedOf("ab", call, with: ["inner": inner]).count == 1)
        #expect(try unusedOf("a", background, with: ["inner": inner]).count == 1)
        #expect(try unusedOf("a", call) == [], "what a job that is not there takes is not known")
        #expect(
            try unusedOf("a", "s: {type: Start}", "batch: 1\nbetween: {job: inner}", with: ["inner": inner]) == [])
        #expect(try unusedOf("a", "s: {type: Start}", #"outputs: {o: "${params.a}"}"#) == [])
    }

    @Test("that a called program in another language reports is looked for in its whole text")
    func otherTypes() throws {
        let text = "firstline: 1\ntitle: x\nmessages: {A-1: one}\ntasks:\n  a: {type: Nowhere, with: {}}\n"
        let job = try #require(PlaybookReader.read(text, file: "job.yaml", id: "job").job)
        #expect(
            JobReview.problems(of: job, try TaskTypeRegistry(standardTaskTypes)).all == [],
            "what cannot be looked at may report anything")
    }
}
