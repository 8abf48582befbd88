// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineClient

@Suite("A channel between two layers")
struct ChannelTests {
    @Test("lines that go straight down need no track")
    func straight() {
        let channel = Channel([Channel.Net(sources: [4], targets: [4]), Channel.Net(sources: [10], targets: [10])])
        #expect(channel.trackCount == 0)
    }

    @Test("lines that do not meet share a track, others do not")
    func sharing() {
        let apart = Channel([Channel.Net(sources: [0], targets: [4]), Channel.Net(sources: [10], targets: [20])])
        #expect(apart.trackCount == 1)
        let over = Channel([Channel.Net(sources: [0], targets: [12]), Channel.Net(sources: [10], targets: [20])])
        #expect(over.trackCount == 2)
    }

    @Test("a line that begins above another's end lies above it")
    func order() throws {
        let channel = Channel([Channel.Net(sources: [0], targets: [10]), Channel.Net(sources: [10], targets: [20])])
        let tracks = channel.nets.compactMap(\.track)
        #expect(tracks.count == 2 && tracks[1] < tracks[0])
    }

    @Test("two lines that change places go by another column")
    func detour() throws {
        let channel = Channel([Channel.Net(sources: [0], targets: [10]), Channel.Net(sources: [10], targets: [0])])
        #expect(channel.nets.count == 3)
        #expect(channel.trackCount == 3)
        let feeder = try #require(channel.nets.first { $0.feeds != nil })
        let fed = channel.nets[try #require(feeder.feeds)]
        #expect(fed.sources == feeder.targets)
        #expect(try #require(feeder.track) < #require(fed.track))
    }
}
