// SPDX-License-Identifier: Apache-2.0

import Model
import Storage

/// Made-up runs, plans and records.
enum Sample {
    /// A moment, a number of seconds into a made-up day.
    static func time(_ seconds: Int) -> Instant {
        Instant(microseconds: 1_790_000_000_000_000 + Int64(seconds) * 1_000_000)
    }

    static func run(_ id: RunID, job: JobID = "os.check.quick", _ state: RunState = .running, at seconds: Int = 0)
        -> Run
    {
        Run(
            id: id, job: job, planDigest: "d1", state: state, operatorName: "operator", createdAt: time(seconds),
            origin: Sentence(verbatim: "hosts.yaml group=web"))
    }

    /// A sentence with every kind of part.
    static let sentence = Sentence(
        "rule {rule}: {text}; {title} since {start}",
        [
            "rule": 1, "start": time(1), "title": Sentence.Part.title(Localized([.english: "Close", .korean: "마감"])),
            "text": Sentence.list([Sentence("every day"), Sentence(verbatim: "{\"say\":\"it\"}")], between: ", "),
        ])

    /// A start that is planned.
    static let slot = Slot(
        id: "s1", schedule: "nightly", job: "os.check.quick", day: Day(number: 20_000), startsAt: time(0),
        origin: sentence)

    /// A plan of one step on some lanes.
    static func plan(lanes: Int = 2) -> Plan {
        let hosts = (0..<lanes).map {
            Host(name: HostName("web\($0)"), connection: Connection(address: "192.0.2.\($0)"))
        }
        let targets = hosts.map { Target(host: $0.name, instance: $0.name == "web0" ? "tc1" : nil) }
        let scope = Scope(
            job: "os.check.quick", prefix: "", parent: nil,
            bindings: ["limit": .value(.duration(.milliseconds(1500))), "name": .template("${host.name}")],
            laneValues: [1: ["port": .integer(8080)]], outputs: ["used": "${steps.look.used}"],
            messages: ["full": Localized([.english: "{path} is full", .korean: "{path} 가득 참"])])
        let step = PlannedStep(
            path: "look", title: Localized([.english: "Look", .japanese: "確認"]), type: "RunProgram", role: .task,
            laneSet: 1, parent: nil, links: [], join: .all, effect: .check,
            settings: Setting(.map([.init("script", Setting(.scalar("df -P \"$1\"\n", quoted: true)))])), scope: 0,
            timeLimit: .seconds(30))
        return Plan(
            job: "os.check.quick", title: "Quick check", lanes: targets, hosts: hosts, targetCount: lanes,
            scopes: [scope],
            laneSets: [[Plan.controllerLane], Array(0..<lanes)], steps: [step], parallel: 64, stopAfter: nil,
            allowsConcurrentRuns: true)
    }

    static func record(_ state: StepState, step: Int = 0, lane: Int = 0, attempt: Int = 1) -> StepRecord {
        StepRecord(key: StepKey(step: step, lane: lane), attempt: attempt, state: state)
    }

    static func attempt(_ run: RunID = "r1", _ step: Int = 0, _ lane: Int = 0, attempt: Int = 1) -> AttemptKey {
        AttemptKey(run: run, key: StepKey(step: step, lane: lane), attempt: attempt)
    }
}

extension RunStore {
    /// Keeps records of the made-up run `r1`.
    func keep(_ records: [StepRecord]) async throws(StoreError) { try await record(records, of: "r1", now: nil) }

    /// The steps of the made-up run `r1`.
    func keptSteps() async throws(StoreError) -> [StepRecord] { try await steps(of: "r1", after: 0).records }
}

/// Random numbers from a seed, the same on every machine.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
