// SPDX-License-Identifier: Apache-2.0

import Model

/// A problem as programs see it.
struct ProblemItem: Encodable, Sendable {
    let file: String?
    let line: Int?
    let column: Int?
    let severity: Problem.Severity
    let path: String
    let message: String

    init(_ problem: Problem) {
        file = problem.place?.file
        line = problem.place?.line
        column = problem.place?.column
        severity = problem.severity
        path = problem.path
        message = problem.message
    }

    static func listing(_ problems: [Problem]) -> Listing<ProblemItem> {
        Listing(
            columns: [
                .init("FILE") { $0.file ?? "" }, .init("LINE") { $0.line.map(String.init) ?? "" },
                .init("COLUMN") { $0.column.map(String.init) ?? "" }, .init("SEVERITY") { $0.severity.rawValue },
                .init("PATH") { $0.path }, .init("MESSAGE") { $0.message },
            ], items: problems.map(ProblemItem.init), name: { $0.file ?? $0.message })
    }
}
