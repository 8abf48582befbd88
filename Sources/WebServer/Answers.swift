// SPDX-License-Identifier: Apache-2.0

import APIContract
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import NIOHTTP1
import Storage

/// An answer in JSON.
func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok, type: String = "application/json") throws
    -> Response
{
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let data = try encoder.encode(value)
    return Response(
        status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
}

/// An answer in plain text.
func text(_ text: String, _ status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8") -> Response {
    Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}

extension APIProblem {
    static let mediaType = "application/problem+json"

    /// The problem as the body of an answer.
    var bytes: ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return ByteBuffer(bytes: (try? encoder.encode(self)) ?? Data())
    }
}

/// Answers every error with a problem that says what is wrong.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    @concurrent func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = APIProblem(error, request)
            return Response(
                status: HTTPResponse.Status(code: problem.status), headers: [.contentType: APIProblem.mediaType],
                body: ResponseBody(byteBuffer: problem.bytes))
        }
    }
}

extension APIProblem {
    fileprivate init(_ error: any Error, _ request: Request) {
        switch error {
        case let problem as APIProblem: self = problem
        case let error as HTTPParserError: self.init(.invalid, "the request is not HTTP: \(error)")
        case let error as StoreError: self.init(error)
        case let problems as Problems: self.init(.invalid, problems.description)
        case let refusal as RunRefusal:
            if case .mayNotAnswer = refusal {
                self.init(.notAllowed, refusal.description)
            } else if refusal.isAsking {
                self.init(.asks, refusal.sentence)
            } else {
                self.init(.refused, refusal.sentence)
            }
        case let refusal as RecoveryRefusal: self.init(.refused, refusal.description)
        case let refusal as SlotRefusal:
            if case .unknown = refusal {
                self.init(.notFound, refusal.description)
            } else {
                self.init(.refused, refusal.description)
            }
        case let drift as PlanDrift: self.init(.refused, drift.description)
        case let error as HTTPError where error.status == .notFound:
            self.init(.notFound, "there is nothing at \(request.uri.path)")
        case let error as HTTPError: self.init(.invalid, error.body ?? error.status.reasonPhrase)
        default: self.init(.defect, "\(error)")
        }
    }

    private init(_ error: StoreError) {
        switch error {
        case .notFound: self.init(.notFound, error.description)
        case .alreadyExists, .illegalMove, .slotHasChanged: self.init(.refused, error.description)
        default: self.init(.storage, error.description)
        }
    }
}
