// SPDX-License-Identifier: Apache-2.0

import Definitions
import Glibc

/// Refuses places in which others could change what is kept, or answer for somebody.
enum StorePlace {
    /// Refuses a store's folder that another account could change: what runs are told to be, and who may answer a question.
    static func check(_ directory: String) throws {
        if Surroundings.knownHome == nil, directory == Surroundings.dataDirectory(nil), !Surroundings.namesData {
            throw CommandFailure(
                .usage,
                "this account (user id \(getuid())) has no home folder, so there is no usual place for a store; name one with --data"
            )
        }
        for path in [directory, directory + "/requests", directory + "/firstline.db"] {
            try refuse(PathTrust(isStrict: true).weakness(of: path), "; or name another folder with --data")
        }
    }

    /// Refuses a folder in which anybody could put a socket that looks like its server's.
    static func checkForSocket(_ directory: String) throws {
        try refuse(PathTrust(isStrict: false).weakness(of: directory), "; or name another folder with --data")
    }

    static func refuse(_ weakness: PathWeakness?, _ advice: String = "") throws {
        guard let weakness else { return }
        throw CommandFailure(.usage, weakness.description + advice)
    }
}
