// SPDX-License-Identifier: Apache-2.0

/// Copies, restores and checks stores that are kept in files.
package protocol StoreCare: Sendable {
    /// Copies a store into one file, as it was at one moment; somebody else may write it meanwhile.
    ///
    /// The copy is looked through before it gets its name.
    ///
    /// - Returns: What the copy holds.
    /// - Throws: `StoreError` when there is no store, the file is there already, or it could not be written.
    func backUp(directory: String, to file: String) async throws(StoreError) -> StoreCondition

    /// Puts a copy in place of a store; what was there is kept beside it under another name.
    ///
    /// - Returns: What the store holds now, and where the old one is, if there was one.
    /// - Throws: `StoreError` when the copy is damaged or of a newer version, or somebody writes the store.
    func restore(directory: String, from file: String) async throws(StoreError) -> (
        condition: StoreCondition, old: String?
    )

    /// Whether there is a store.
    func exists(directory: String) -> Bool

    /// Reads all of a store and proves that it is whole.
    ///
    /// - Returns: What it holds.
    /// - Throws: `StoreError`, `damaged` when it is not whole.
    func check(directory: String) async throws(StoreError) -> StoreCondition
}

/// What a store holds, once all of it was read.
package struct StoreCondition: Encodable, Sendable {
    /// How many runs it holds.
    package let runs: Int
    /// How many tries of steps it holds.
    package let steps: Int
    /// How many bytes its file has.
    package let bytes: Int
    /// The version of its format.
    package let format: Int

    package init(runs: Int, steps: Int, bytes: Int, format: Int) {
        self.runs = runs
        self.steps = steps
        self.bytes = bytes
        self.format = format
    }
}
