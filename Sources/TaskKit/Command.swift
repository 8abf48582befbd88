// SPDX-License-Identifier: Apache-2.0

public import Model

/// What is to be run on a host: a program and its words, or a script; never a shell line made of values.
public struct Command: Hashable, Sendable {
    /// A script with the interpreter that reads it.
    public struct Script: Hashable, Sendable {
        /// The script's bytes, as its author wrote them.
        public var text: [UInt8]
        /// The interpreter and its own words; the script's file comes next.
        public var interpreter: [String]
        /// The script's arguments.
        public var arguments: [String]
        /// Makes a script.
        public init(text: [UInt8], interpreter: [String] = ["/bin/sh"], arguments: [String] = []) {
            self.text = text
            self.interpreter = interpreter
            self.arguments = arguments
        }
    }

    /// The longest argument, or variable with its name, that Linux starts a program with, in bytes.
    public static let longestWord = 131_071

    /// What is run.
    public enum Work: Hashable, Sendable {
        case program(String, arguments: [String])
        case script(Script)
    }

    /// What is run.
    public var work: Work
    /// Environment variables beyond those of the account; names are letters, digits and `_`.
    public var environment: [String: String]
    /// What the program reads on standard input.
    public var standardInput: [UInt8]
    /// The working directory; nil = the account's.
    public var directory: String?
    /// The account to run as; nil = the one logged in.
    public var account: String?
    /// How to become that account.
    public var become: Become
    /// Whether to return once it has been started.
    public var isBackground: Bool
    /// For how long the host may be away because the command starts its machine anew; nil = it does not.
    ///
    /// The command then ends when the machine is up again, or fails when it is not within that time.
    public var reboots: Duration?
    /// Whether it may write results to the file named by `FIRSTLINE_OUTPUT` (scripts always may).
    public var writesOutputFile: Bool

    /// Makes a command of any work.
    public init(
        _ work: Work, environment: [String: String] = [:], standardInput: [UInt8] = [], directory: String? = nil,
        account: String? = nil, become: Become = .sudo, isBackground: Bool = false, writesOutputFile: Bool = false
    ) {
        self.work = work
        self.environment = environment
        self.standardInput = standardInput
        self.directory = directory
        self.account = account
        self.become = become
        self.isBackground = isBackground
        self.writesOutputFile = writesOutputFile
    }

    /// Makes a command of a program and its words.
    public init(_ program: String, _ arguments: [String] = []) {
        self.init(.program(program, arguments: arguments))
    }
}

/// How long a command may take, and what then.
public struct TimeLimit: Hashable, Sendable {
    /// The longest time from its start.
    public var duration: Duration
    /// Whether it is left running when the time has passed; otherwise its whole process tree is ended.
    public var leavesRunning: Bool
    /// The time between TERM and KILL.
    public var grace: Duration
    /// Makes a limit.
    public init(_ duration: Duration, leavesRunning: Bool = false, grace: Duration = .seconds(5)) {
        self.duration = duration
        self.leavesRunning = leavesRunning
        self.grace = grace
    }
}

/// How a command ended.
public enum Exit: Hashable, Sendable {
    /// It ended by itself with this code (128 + n when signal n ended it).
    case code(Int)
    /// Its time limit passed and its process tree was ended; false = some of it could not be.
    case killed(completely: Bool)
    /// Its time limit passed and it was left running.
    case leftRunning
    /// The machine it ran on was started anew, as the command said, and is up again.
    case rebooted
}

/// What a command that was run left behind, beside its output streams.
public struct Execution: Hashable, Sendable {
    /// How it ended.
    public var exit: Exit
    /// What was written to the file named by `FIRSTLINE_OUTPUT`; at most 1 MiB and one byte, which tells that it was cut.
    public var outputFile: [UInt8]
    /// What may still run of a command that was to be ended, as the host names it (`4711 (sleep)`); empty where nothing does, or
    /// where nobody can say.
    public var remains: String
    /// Makes an execution.
    public init(exit: Exit, outputFile: [UInt8] = [], remains: String = "") {
        self.exit = exit
        self.outputFile = outputFile
        self.remains = remains
    }

    /// What to tell of a command that was to be ended and of which something may go on.
    public var incompleteEnd: String {
        let what = remains.isEmpty ? "" : ": " + remains
        return "it was to be ended, and something it started may still run\(what); look at the host"
    }
}
