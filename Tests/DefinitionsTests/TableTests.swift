// SPDX-License-Identifier: Apache-2.0

import Model
import Testing

@testable import Definitions

@Suite("Tables")
struct TableTests {
    private func rows(_ text: String) -> [[String]] {
        var problems = Problems()
        return DelimitedTable(SourceText(file: "x.csv", text: text), &problems).rows.map(\.cells)
    }

    @Test("cells are parted by what parts the first line")
    func separators() {
        #expect(rows("a,b\nc;d,e\n") == [["a", "b"], ["c;d", "e"]])
        #expect(rows("a;b;c\n1,5;2;3\n") == [["a", "b", "c"], ["1,5", "2", "3"]])
        #expect(rows("a,b\tc\n") == [["a,b", "c"]])
    }

    @Test("quoted cells may hold separators, quotes and lines; rows know the line they begin in")
    func quotes() {
        let text = "a,\"b,\"\"c\"\"\nd\",e\r\n\r\n,,\n\"\",x\n"
        #expect(rows(text) == [["a", "b,\"c\"\nd", "e"], ["", "x"]])
        var problems = Problems()
        let table = DelimitedTable(SourceText(file: "x.csv", text: text), &problems)
        #expect(table.rows.map(\.line) == [1, 5])
    }

    @Test(
        "headings are known in English, Korean and Japanese, whatever their capitals, spaces and marks",
        arguments: [
            ("Real IP", TableColumn.address), ("real_ip", .address), ("실IP", .address), ("実IPアドレス", .address),
            ("HOSTNAME", .host), ("서버 명", .host), ("サーバー名", .host), ("S/W 중분류", .middle), ("SW소분류", .small),
            ("バージョン", .version), ("업무", .service), ("그룹", .group), ("ユーザー", .user), ("port", .port),
            ("인스턴스", .instance),
            ("대분류", .large),
        ])
    func headings(text: String, column: TableColumn) {
        #expect(TableColumn(heading: text) == column)
    }

    @Test("no heading means two columns")
    func distinctHeadings() {
        let simplified = TableColumn.headings.compactMap { heading in
            TableColumn(heading: heading).map { "\($0) \(heading)" }
        }
        #expect(Set(simplified).count == TableColumn.headings.count)
        #expect(Set(TableColumn.headings).count == TableColumn.headings.count)
    }
}
