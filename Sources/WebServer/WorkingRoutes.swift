// SPDX-License-Identifier: Apache-2.0

import APIContract
import Engine
import Hummingbird
import Model

/// What is asked to be done.
func addWorkingRoutes(_ router: Router<SocketContext>, _ parts: WebServer.Parts) {
    let desk = parts.desk
    let bodies = Bodies(parts.limits)
    router.post("\(APIPath.runs)") { request, context in
        let person = try await context.knownPerson(request)
        let start = try await bodies.message(of: request, upTo: bodies.large, as: StartRun.self)
        return try json(RunAccepted(run: try await desk.start(start, by: person)), .created)
    }
    router.post("\(APIPath.runs)/:run/actions") { request, context in
        let person = try await context.knownPerson(request)
        var wanted = try await bodies.message(of: request, upTo: bodies.large, as: RunRequest.self)
        wanted.run = try context.run()
        wanted.by = person
        return try json(Done(try await desk.act(wanted)))
    }
    router.post("\(APIPath.hostKeys)") { request, context in
        let person = try await context.knownPerson(request)
        let wanted = try await bodies.message(of: request, upTo: bodies.large, as: ChangeHostKeys.self)
        try await desk.change(wanted, by: person)
        return try json(Done("the host keys are changed"))
    }
    router.post("\(APIPath.slots)") { request, context in
        let person = try await context.knownPerson(request)
        var wanted = try await bodies.message(of: request, as: AddSlots.self)
        wanted.by = person
        return try json(try await desk.add(wanted), .created)
    }
    router.post("\(APIPath.slots)/:slot") { request, context in
        let person = try await context.knownPerson(request)
        var wanted = try await bodies.message(of: request, as: ChangeSlot.self)
        (wanted.slot, wanted.by) = (SlotID(try context.part("slot")), person)
        return try json(try await desk.change(wanted))
    }
    router.post("\(APIPath.reload)") { request, context in
        _ = try await context.knownPerson(request)
        return try json(try await desk.reload())
    }
}

extension SocketContext {
    /// Who asks; nothing is done for somebody who is not known.
    func knownPerson(_ request: Request) async throws -> String {
        guard let person = await person(request) else {
            throw APIProblem(.notAllowed, "the system does not say who is at the other end of the socket")
        }
        return person
    }
}
