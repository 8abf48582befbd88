// SPDX-License-Identifier: Apache-2.0

/// Does work for every item, at most `width` at a time, and keeps every answer, in the order of the items.
///
/// One item's trouble is its own: work gives an answer, whatever happened, and cancels nobody else's.
func onEach<Item: Sendable, Answer: Sendable>(
    _ items: [Item], width: Int = 32, _ work: @escaping @Sendable (Item) async -> Answer
) async -> [Answer] {
    await withTaskGroup(of: (Int, Answer).self) { group in
        var waiting = items.enumerated().makeIterator()
        func startNext() {
            guard let (index, item) = waiting.next() else { return }
            group.addTask { (index, await work(item)) }
        }
        for _ in 0..<width { startNext() }
        var answers: [(Int, Answer)] = []
        for await answer in group {
            answers.append(answer)
            startNext()
        }
        return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
