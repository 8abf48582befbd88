// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// Runs a program to its end and returns its code and both streams as text.
///
/// Not by way of Foundation's `Process`, which also waits for every daemon that the program leaves behind.
package func shell(_ words: [String], input: String = "", environment: [String: String]? = nil) throws -> (
    code: Int32, output: String, errors: String
) {
    let files = try TemporaryDirectory("firstline-shell")
    let paths = [
        try files.write(input, to: "input"), try files.write("", to: "output"), try files.write("", to: "errors"),
    ]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, path) in paths.enumerated() {
        posix_spawn_file_actions_addopen(&actions, Int32(number), path, number == 0 ? O_RDONLY : O_WRONLY, 0)
    }
    // What the tests have open is none of the program's business; a number that is not open is passed over.
    for number in 3..<256 { posix_spawn_file_actions_addclose(&actions, Int32(number)) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Swift's own threads block nearly all signals, and the program would never see TERM.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let given = (environment ?? ProcessInfo.processInfo.environment).map { "\($0.key)=\($0.value)" }
    var pid: pid_t = 0
    let code = withArray(of: words) { arguments in
        withArray(of: given) { variables in posix_spawn(&pid, words[0], &actions, &attributes, arguments, variables) }
    }
    guard code == 0 else { throw TestFailure("\(words[0]): \(String(cString: strerror(code)))") }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    func text(_ path: String) -> String {
        String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
    }
    let ended = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    return (ended, text(paths[1]), text(paths[2]))
}

/// Texts as C takes a list of them.
private func withArray<Answer>(
    of texts: [String], _ work: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Answer
) -> Answer {
    var copies = texts.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { preconditionFailure("a list ends with a null, so it is not empty") }
        return work(start)
    }
}

extension Process {
    /// Runs it with no signal blocked.
    ///
    /// Swift's own threads block nearly all signals, and a program started from one would never see TERM.
    package func runUnmasked() throws {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}

/// A free TCP port on loopback; another process could take it before it is used, which tests survive by trying again.
package func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
            bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0
        }
    }
    guard bound else { throw TestFailure("no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
}

/// Something a test needs is not there.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ text: String) { description = text }
}
