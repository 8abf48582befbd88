// SPDX-License-Identifier: Apache-2.0

import Expressions
package import Model
package import TaskKit

/// Asks a web server and judges its answer.
///
/// The request goes out from the controller, also on a lane: there the URL names the lane's host by `${host.address}`.
package struct HTTPCheck: TaskType {
    package let name: TaskTypeName = "HTTPCheck"
    package let summary = Localized([
        .english: "Asks a web server and judges its answer.",
        .korean: "웹 서버에 요청을 보내고 응답을 판정합니다.",
        .japanese: "Web サーバーへ要求を送り、応答を判定します。",
    ])
    package let parameters = HTTPCheck.specs
    package let outputs = HTTPCheck.outputSpecs
    private let loop = TransferLoop()

    package init() {}

    package var example: String { String(decoding: PackageResources.Example_yaml, as: UTF8.self) }

    package func decode(_ values: ParameterValues) throws(ParameterError) -> Parameters { try Parameters(values) }

    /// A request that is made to alter something is a change, unless the task says that it only reads.
    package func effect(_ parameters: Parameters) -> Effect {
        ["GET", "HEAD", "OPTIONS"].contains(parameters.request.method) ? .check : .change
    }

    package func preview(_ parameters: Parameters) -> [PlannedAction] {
        let request = parameters.request
        let target = request.connectTo.map { " at \($0)" } ?? ""
        let body = request.body.isEmpty ? "" : " < (\(request.body.count) bytes)"
        return [PlannedAction("\(request.method) \(quotedForReading(request.url))\(target)\(body)")]
    }

    package func run(_ parameters: Parameters, in context: TaskContext) async throws(TaskFailure) -> TaskOutcome {
        guard let address = parameters.address else {
            throw TaskFailure(.badValue, "the URL '\(excerpt(parameters.request.url))' still waits for a value")
        }
        var visit = Visit(parameters, address, longest: context.limit?.duration)
        while let request = visit.nextRequest {
            let result = await loop.perform(request)
            if case .cancelled = result { throw TaskFailure(.cancelledByPerson, "the request was cancelled") }
            visit.take(result)
            await context.output.write(Array((visit.line + "\n").utf8), to: .standardOutput)
        }
        return visit.outcome(leavesRunning: context.limit?.leavesRunning ?? false)
    }
}
