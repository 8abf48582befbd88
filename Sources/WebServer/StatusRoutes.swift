// SPDX-License-Identifier: Apache-2.0

import APIContract
import Engine
import Hummingbird
import Model

/// Whether it lives, whether it is ready, and its figures.
func addStatusRoutes(_ router: Router<some RequestContext>, _ parts: WebServer.Parts) {
    router.get("/healthz") { _, _ in text("ok\n") }
    router.get("/readyz") { _, _ in
        let complaints = await parts.desk.vitals().complaints
        guard !complaints.isEmpty else { return text("ready\n") }
        return text("not ready\n" + complaints.map { "\($0)\n" }.joined(), .serviceUnavailable)
    }
    router.get("/metrics") { _, _ in
        let figures = Metrics(
            await parts.desk.vitals(), ProcessFigures.now(), DiskFigures(store: parts.info.data),
            parts.info)
        return text(figures.text, type: "text/plain; version=0.0.4; charset=utf-8")
    }
}
