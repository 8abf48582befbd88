// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Definitions

/// One case: a file a person could have written, and beside it the text that reading it must give.
///
/// To add a case, put the file into a folder of `Cases/` and run the tests with `UPDATE_CASES=1`; that writes what is missing
/// and what has changed. Read it before you keep it.
struct CaseFile: CustomTestStringConvertible, Sendable {
    let path: String
    var testDescription: String { String(Paths.name(of: path)) }

    private static let root = Paths.join(Paths.folder(of: Paths.folder(of: #filePath)), "Cases")
    private static let expectedEnding = ".expected"

    /// The cases of a folder, by name.
    static func all(in folder: String) -> [CaseFile] {
        let folder = Paths.join(root, folder)
        let names = (try? Files.names(in: folder)) ?? []
        return names.filter { !$0.hasSuffix(expectedEnding) && Files.kind(of: Paths.join(folder, $0)) == .file }
            .map { CaseFile(path: Paths.join(folder, $0)) }
    }

    /// Compares a text with the stored one; paths are told from the folder of the case on.
    func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let actual = text.replacing(Paths.folder(of: path) + "/", with: "")
        let stored = path + Self.expectedEnding
        if getenv("UPDATE_CASES") != nil {
            let file = try #require(fopen(stored, "w"))
            fputs(actual, file)
            fclose(file)
        }
        let expected = String(decoding: try Files.read(stored, limit: 1_000_000), as: UTF8.self)
        #expect(actual == expected, sourceLocation: sourceLocation)
    }
}
