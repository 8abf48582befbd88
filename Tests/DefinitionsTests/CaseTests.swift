// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("Stored cases")
struct CaseTests {
    @Test("a playbook reads as it is stored", arguments: CaseFile.all(in: "Playbooks"))
    func playbook(file: CaseFile) throws {
        let (job, problems) = PlaybookReader.read(path: file.path, id: "a.b")
        let text = job.map { JobText(job: $0).description + "\n" } ?? "no job\n"
        try file.expect(text + problemText(problems))
    }

    @Test("an inventory reads as it is stored", arguments: CaseFile.all(in: "Inventories"))
    func inventory(file: CaseFile) throws {
        let (inventory, problems) = InventoryReader(home: "/home/ops").read(path: file.path)
        let text = InventoryText(inventory: inventory).description
        try file.expect(text + (text.isEmpty ? "" : "\n") + problemText(problems))
    }

    @Test("there are enough stored cases to change the readers without fear")
    func number() {
        #expect(CaseFile.all(in: "Playbooks").count + CaseFile.all(in: "Inventories").count >= 60)
    }

    private func problemText(_ problems: Problems) -> String { problems.all.map { "\($0)\n" }.joined() }
}
