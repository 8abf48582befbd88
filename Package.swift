// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// Task types that ship with the product: one folder in Plugins/ each.
let taskTypes = ["CompareValue", "Condition", "ExecuteJOB", "HOLD", "HTTPCheck", "RunProgram", "Schedule", "Start"]

let package = Package(
    name: "firstline",
    products: [
        .executable(name: "firstline", targets: ["firstline"]),
        // What plug-in authors outside this repository build on.
        .library(name: "TaskKit", targets: ["Model", "TaskKit", "TaskKitTesting"]),
    ],
    dependencies: [
        // Command line: parsing, help and shell completion in the form users of Swift tools know.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // SHA-256 for the digests of plans and scripts.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // The embedded store: SQLite with statements, transactions and migrations that are well kept.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // HTTP of the server: on loopback and on its socket.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        // The server's services start together and stop in order on a signal.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // What those two log to, and the network below them: it knows who is at the other end of a socket.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // Parts of HTTP messages, for the watch over each connection of the server.
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        // The names of HTTP's headers and statuses, as Hummingbird takes them.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        // YAML with the line and column of every node.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // Programs on this machine, started and awaited without blocking a thread.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Floor 0: words.
        .target(name: "Model"),

        // Floor 1: contracts and the expression language.
        .target(name: "Expressions", dependencies: ["Model", "CPCRE2"]),
        .target(
            name: "TaskKit", dependencies: ["Model"],
            resources: [
                .embedInCode("Launcher/launch.sh"), .embedInCode("Launcher/kill.sh"),
                .embedInCode("Launcher/Windows/launch.ps1"),
            ]),
        .target(name: "Storage", dependencies: ["Model"]),
        .target(name: "APIContract", dependencies: ["Model"]),

        // Floor 2: pure work.
        .target(
            name: "Definitions", dependencies: ["Model", "Expressions", .product(name: "Yams", package: "Yams")]),
        .target(
            name: "Planning",
            dependencies: ["Model", "Expressions", "TaskKit", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "Scheduling", dependencies: ["Model"]),

        // Floor 3: hands and memories. The task types are added below.
        .target(name: "ExternalTasks", dependencies: ["Model", "TaskKit", "Expressions", "Definitions"]),
        .target(
            name: "LocalTransport",
            dependencies: ["Model", "TaskKit", "CLinux", .product(name: "Subprocess", package: "swift-subprocess")]),
        .target(name: "SSHTransport", dependencies: ["Model", "TaskKit", "CLibSSH"]),
        .target(name: "APIClient", dependencies: ["APIContract", "Model", "Storage", "CCurl"]),
        .target(
            name: "SQLiteStorage",
            dependencies: [
                "Model", "Storage", "CZlib", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),

        // Floor 4: the mover.
        .target(
            name: "Engine",
            dependencies: ["Model", "APIContract", "Expressions", "TaskKit", "Storage", "Planning", "Scheduling"]),

        // Floor 5: front doors and the list of what ships.
        .target(
            name: "CommandLineClient",
            dependencies: [
                "APIClient", "APIContract", "Model", "Expressions", "TaskKit", "Storage", "Definitions", "Planning",
                "Scheduling", "Engine",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "WebServer",
            dependencies: [
                "APIContract", "Engine", "Model", "Storage", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(name: "StandardTasks", dependencies: ["TaskKit"] + taskTypes.map { .init(stringLiteral: $0 + "Task") }),

        // Floor 6: wiring.
        .executableTarget(
            name: "firstline",
            dependencies: [
                "CLinux", "CommandLineClient", "Definitions", "ExternalTasks", "LocalTransport", "Model",
                "SQLiteStorage",
                "SSHTransport",
                "StandardTasks", "Storage", "TaskKit", "WebServer", .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // No-op steps through the engine and a real store; see Benchmarks/README.md.
        .executableTarget(
            name: "firstline-flowbench",
            dependencies: ["Engine", "Model", "Planning", "SQLiteStorage", "StandardTasks", "Storage", "TaskKit"],
            path: "Benchmarks/flow"),

        // How soon it is known when many schedules start next; see Benchmarks/README.md.
        .executableTarget(
            name: "firstline-schedulebench", dependencies: ["Definitions", "Model", "Scheduling"],
            path: "Benchmarks/schedule"),

        // What one target costs, however many there are; see Benchmarks/README.md.
        .executableTarget(
            name: "firstline-scalebench",
            dependencies: [
                "Definitions", "Engine", "Model", "Planning", "SQLiteStorage", "StandardTasks", "Storage", "TaskKit",
            ],
            path: "Benchmarks/scale"),

        // The engine in a simulated world, where controllers die; see Tests/Simulation/main.swift.
        .executableTarget(
            name: "firstline-simulation",
            dependencies: ["Engine", "Model", "Planning", "StandardTasks", "Storage", "TaskKit"],
            path: "Tests/Simulation"),

        // C libraries, from Debian's -dev packages.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Checks that every task type and every store must pass; for plug-in authors, too.
        .target(name: "TaskKitTesting", dependencies: ["Model", "TaskKit"]),
        .target(name: "StorageTesting", dependencies: ["Model", "Storage"]),

        // Real servers for the tests: started on free ports with folders of their own, ended with the tests.
        .target(
            name: "TestSupport", dependencies: ["Model"], path: "Tests/Support",
            exclude: [
                "checksums.py", "failing-disk.c", "fault-proxy.py", "http-attack.py", "set-clock.c", "terminal.py",
            ]),

        // Tests, one target per room; those of a task type stand in its folder.
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "CommandLineClient", "Definitions", "Model", "Planning", "StandardTasks", "Storage", "TaskKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
            ], exclude: ["Cases"]),
        .testTarget(
            name: "DefinitionsTests", dependencies: ["Definitions", "Model"],
            exclude: ["Cases", "Dates/recurrence_reference.py", "inventory_reference.py"]),
        // The real program against real servers.
        .testTarget(
            name: "EndToEndTests", dependencies: ["firstline", "Model", "TaskKitTesting", "TestSupport"],
            exclude: ["Cases"]),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "APIContract", "Engine", "Model", "Planning", "Scheduling", "Storage", "StorageTesting", "TaskKit",
            ]),
        .testTarget(name: "ExpressionsTests", dependencies: ["Expressions", "Model"]),
        .testTarget(name: "ModelTests", dependencies: ["Model"]),
        .testTarget(
            name: "PlanningTests", dependencies: ["Definitions", "Model", "Planning", "StandardTasks", "TaskKit"],
            exclude: ["Cases"]),
        .testTarget(
            name: "SchedulingTests",
            dependencies: ["Definitions", "Model", "Scheduling"],
            exclude: ["Cases", "cron_reference.py", "reference.py"]),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "Model", "SQLiteStorage", "Storage", "StorageTesting", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "TaskTypeTests",
            dependencies: [
                "Definitions", "Expressions", "ExternalTasks", "LocalTransport", "Model", "RunProgramTask",
                "StandardTasks", "TaskKit", "TaskKitTesting",
            ]),
        .testTarget(
            name: "WebServerTests",
            dependencies: [
                "APIContract", "Model", "WebServer", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        .testTarget(
            name: "TransportTests",
            dependencies: ["LocalTransport", "Model", "SSHTransport", "TaskKit", "TaskKitTesting", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)

/// What a task type needs beyond Model and TaskKit.
let extraDependencies: [String: [Target.Dependency]] = [
    "CompareValue": ["Expressions"], "Condition": ["Expressions"], "HTTPCheck": ["Expressions", "CCurl"],
    "RunProgram": ["Expressions"],
]

for name in taskTypes {
    package.targets += [
        .target(
            name: name + "Task",
            dependencies: ["Model", "TaskKit"] + extraDependencies[name, default: []],
            path: "Plugins/" + name,
            exclude: ["README.md", "Tests"],
            resources: [.embedInCode("Example.yaml")]
        ),
        .testTarget(
            name: name + "TaskTests",
            dependencies: ["Model", "TaskKit", "TaskKitTesting", .target(name: name + "Task")]
                + extraDependencies[name, default: []],
            path: "Plugins/" + name + "/Tests"
        ),
    ]
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ]
}
