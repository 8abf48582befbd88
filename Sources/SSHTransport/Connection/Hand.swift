// SPDX-License-Identifier: Apache-2.0

import CLibSSH
import Model
import TaskKit

/// A launcher that runs on a host, over a channel of its own, and takes one request after another.
///
/// To start a shell costs the host far more than most checks themselves, so a hand stays when its command has ended and takes
/// the next one for the same account.
final class Hand {
    let key: String
    let account: String?
    let become: Become
    /// Whether its launcher can keep errands.
    let keepsErrands: Bool
    let channel: ssh_channel
    /// Whether the host has closed its side.
    private(set) var isGone = false
    private var opening: LaunchOpening?
    private let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>
    private let exit = ExitNote()
    private var sentEnd = false
    private var buffer = [UInt8](repeating: 0, count: 32_768)

    init(_ opening: LaunchOpening, account: String?, become: Become, channel: ssh_channel) {
        key = opening.key
        keepsErrands = opening.keepsErrands
        self.opening = opening
        self.account = account
        self.become = become
        self.channel = channel
        callbacks = .allocate(capacity: 1)
        firstline_channel_callbacks_init(callbacks)
        callbacks.pointee.userdata = Unmanaged.passUnretained(exit).toOpaque()
        callbacks.pointee.channel_exit_status_function = { _, _, status, note in
            note.map { Unmanaged<ExitNote>.fromOpaque($0).takeUnretainedValue().code = Int(status) }
        }
        callbacks.pointee.channel_exit_signal_function = { _, _, _, _, _, _, note in
            note.map { Unmanaged<ExitNote>.fromOpaque($0).takeUnretainedValue().code = 255 }
        }
        ssh_set_channel_callbacks(channel, callbacks)
    }

    deinit { callbacks.deallocate() }

    /// The code the launcher itself ended with, once it has.
    var exitCode: Int? { exit.code }

    /// Sends the first words, which wait for no answer; what does not go now is left to the first conversation.
    func sendHead() { opening?.sendHead { send($0, from: 0) } }

    /// What is to be sent before the first request; nil when that was done.
    func takeOpening() -> LaunchOpening? {
        defer { opening = nil }
        return opening
    }

    /// Closes the channel; must be called before this value goes.
    ///
    /// A session that is gone has taken its channels along.
    func free(if isAlive: Bool) {
        guard isAlive else { return }
        leave()
        ssh_channel_free(channel)
    }

    /// Leaves the channel to its session, which is about to end and takes it along.
    func leave() { ssh_remove_channel_callbacks(channel, callbacks) }

    /// Sends what goes without waiting and returns how many bytes that were.
    func send(_ bytes: [UInt8], from position: Int) -> Int {
        let count = bytes.withUnsafeBytes {
            ssh_channel_write(
                channel, $0.baseAddress?.advanced(by: position), UInt32(min(bytes.count - position, 65_536)))
        }
        if count == SSH_AGAIN { return 0 }
        // The launcher may have ended without reading: then the rest is not wanted, and reading tells how it ended.
        return count >= 0 ? Int(count) : bytes.count - position
    }

    /// Tells that nothing more will be sent; true when it was told just now.
    func sendEnd() -> Bool {
        guard !sentEnd else { return false }
        sentEnd = true
        return ssh_channel_send_eof(channel) == SSH_OK
    }

    /// Reads what is there of a stream.
    func read(_ stream: OutputStream) -> [UInt8] {
        let isError: Int32 = stream == .standardError ? 1 : 0
        let count = ssh_channel_read_nonblocking(channel, &buffer, UInt32(buffer.count), isError)
        return count > 0 ? Array(buffer[..<Int(count)]) : []
    }

    /// Takes note, when nothing is left to read, of whether the host has closed its side.
    func noteEnd() {
        guard ssh_channel_is_eof(channel) != 0 else { return }
        // After the end of the streams libssh reads no further for them; the exit code may still be on its way.
        if exit.code == nil { _ = ssh_channel_get_exit_status(channel) }
        isGone = exit.code != nil || ssh_channel_is_closed(channel) != 0
    }

    /// Whether it rests: nothing was written since its last command ended, and the host has not closed its side.
    func rests() -> Bool {
        guard read(.standardOutput).isEmpty, read(.standardError).isEmpty else { return false }
        return ssh_channel_is_eof(channel) == 0 && ssh_channel_is_closed(channel) == 0
    }
}

/// The hands of one connection that wait for work.
struct RestingHands {
    private static let most = 4
    private var hands: [Hand] = []

    /// A hand that works as an account, if one waits.
    ///
    /// One that was written to meanwhile has a child on it that outlived its command: it is given up, so that nothing of
    /// that is ever taken for a later command's.
    mutating func take(for account: String?, _ become: Become, forErrands: Bool) -> Hand? {
        func serves(_ hand: Hand) -> Bool {
            hand.account == account && (account == nil || hand.become == become) && (hand.keepsErrands || !forErrands)
        }
        while let place = hands.lastIndex(where: serves) {
            let hand = hands.remove(at: place)
            if hand.rests() { return hand }
            hand.free(if: true)
        }
        return nil
    }

    /// Puts a hand back; of many the one that has waited longest is given up.
    mutating func put(_ hand: Hand) {
        hands.append(hand)
        if hands.count > RestingHands.most { hands.removeFirst().free(if: true) }
    }

    /// Leaves all of them to the session, which is about to end.
    mutating func leave() {
        for hand in hands { hand.leave() }
        hands = []
    }

    /// Gives all of them up; false when there was none.
    mutating func freeAll() -> Bool {
        for hand in hands { hand.free(if: true) }
        defer { hands = [] }
        return !hands.isEmpty
    }
}

/// Where libssh's callbacks write how the program ended.
private final class ExitNote {
    var code: Int?
}
