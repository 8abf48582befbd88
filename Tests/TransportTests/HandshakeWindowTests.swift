// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SSHTransport

@Suite("How many hosts log in at once")
struct HandshakeWindowTests {
    private func window() -> HandshakeWindow { HandshakeWindow(usual: 128, leastPatience: .milliseconds(500)) }

    @Test("it begins with 32 and doubles up to its usual size, however long each takes")
    func begins() {
        var window = window()
        var sizes: [Int] = [window.size]
        for _ in 0..<2000 {
            window.noteThrough(after: .milliseconds(10 * window.size))
            if window.size != sizes.last { sizes.append(window.size) }
        }
        #expect(sizes == [32, 64, 128])
    }

    @Test("among hosts far away, which take as long however many there are, it grows further")
    func farAway() {
        var window = window()
        for _ in 0..<1000 { window.noteThrough(after: .milliseconds(900)) }
        #expect(window.size == 256)
    }

    @Test("where twice as many take three times as long each, because a machine is busy, it goes back and rests")
    func busy() {
        var window = window()
        var sizes: [Int] = []
        for _ in 0..<4000 {
            window.noteThrough(after: .milliseconds(window.size > 128 ? 900 : 300))
            sizes.append(window.size)
        }
        #expect(sizes.max() == 256)
        #expect(sizes.count { $0 == 256 } == 512)
        #expect(window.size == 128)
    }

    @Test("where connections are dropped before the host speaks, it shrinks, and grows slowly again")
    func dropped() {
        var window = window()
        for _ in 0..<200 { window.noteDropped() }
        #expect(window.size == 4)
        for _ in 0..<4 { window.noteThrough(after: .milliseconds(50)) }
        #expect(window.size == 5)
        for _ in 0..<10_000 { window.noteThrough(after: .milliseconds(50 * window.size)) }
        #expect(window.size == 128)
    }

    @Test("a single host that drops connections changes nothing for the others")
    func oneOfMany() {
        var window = window()
        for number in 0..<1000 {
            window.noteThrough(after: .milliseconds(50 + number % 32 * 20))
            if number % 20 == 0 { window.noteDropped() }
        }
        #expect(window.size == 128)
    }

    @Test("few hosts that hang lose their places after half a second, ever more of them only after ever longer waits")
    func patience() {
        var window = window()
        #expect(window.patience(givenUp: 0) == .milliseconds(500))
        #expect(window.patience(givenUp: 63) == .milliseconds(500))
        #expect(window.patience(givenUp: 192) == .seconds(4))
        // Where all are slow it is no sign of illness to be slow.
        for _ in 0..<100 { window.noteThrough(after: .seconds(2)) }
        #expect(window.patience(givenUp: 0) == .seconds(8))
    }
}

@Suite("The first words of a host")
struct GreetingTests {
    private func verdict(_ text: String, ended: Bool = false) -> Greeting.Verdict {
        Greeting(bytes: Array(text.utf8), hasEnded: ended).verdict
    }

    @Test("a version of SSH is one, also after other lines, which are waited through")
    func ssh() {
        #expect(verdict("SSH-2.0-OpenSSH_9.2\r\n") == .ssh)
        #expect(verdict("Welcome\r\nto the gateway\r\nSSH-2.0-x\r\n") == .ssh)
        #expect(verdict("Welcome\r\n") == .unclear)
        #expect(verdict("") == .unclear)
        #expect(verdict("HT") == .unclear)
    }

    @Test("an end without words, and what sshd says when it has too many, mean that the turn had not come")
    func turnedAway() {
        #expect(verdict("", ended: true) == .turnedAway(nil))
        #expect(verdict("Exceeded MaxStartups\r\n") == .turnedAway("Exceeded MaxStartups"))
        #expect(verdict("Not allowed at this time\r\n", ended: true) == .turnedAway("Not allowed at this time"))
    }

    @Test("what other servers say is shown without what would move a terminal's cursor")
    func foreign() {
        #expect(verdict("HTTP/1.1 400 Bad Request\r\n\r\n") == .foreign("HTTP/1.1 400 Bad Request"))
        #expect(verdict("5.5.5-MariaDB", ended: true) == .foreign("5.5.5-MariaDB"))
        guard case .foreign(let words) = verdict("a\u{1B}[2J\n", ended: true) else {
            Issue.record("it is not foreign")
            return
        }
        #expect(!words.contains("\u{1B}"))
    }
}
