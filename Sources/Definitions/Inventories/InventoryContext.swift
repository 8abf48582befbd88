// SPDX-License-Identifier: Apache-2.0

/// Where an inventory stands, for the paths in it.
struct InventoryContext {
    /// The home folder that `~/` means.
    let home: String
    /// The folder of the inventory; nil when it did not come from a file, and then nothing beside it is read.
    let folder: String?

    /// The path of a key file: `~/` is the home folder, and a relative path begins at the inventory's folder.
    func keyPath(_ written: String) -> String {
        Paths.join(folder ?? ".", Paths.expandingHome(written, home: home))
    }
}
