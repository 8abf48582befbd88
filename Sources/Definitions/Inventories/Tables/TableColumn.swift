// SPDX-License-Identifier: Apache-2.0

/// The columns a host table may have, with the headings people give them in English, Korean and Japanese.
enum TableColumn: CaseIterable {
    case service, host, address, instance, large, middle, small, version, port, user, group

    /// The column of a heading; capitals, spaces and marks in it do not count.
    init?(heading: String) {
        guard let column = Self.byHeading[Self.simplified(heading)] else { return nil }
        self = column
    }

    /// All headings that are known.
    static let headings = allCases.flatMap(\.headings)

    private static let byHeading = Dictionary(
        allCases.flatMap { column in column.headings.map { (simplified($0), column) } },
        uniquingKeysWith: { first, _ in first })

    private static func simplified(_ heading: String) -> String {
        String(String.UnicodeScalarView(heading.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic }))
    }

    private var headings: [String] {
        switch self {
        case .service: ["service", "service name", "서비스", "서비스명", "업무", "업무명", "サービス", "サービス名", "業務", "業務名"]
        case .host:
            [
                "host", "host name", "name", "server", "server name", "호스트", "호스트명", "호스트이름", "서버", "서버명", "ホスト",
                "ホスト名", "サーバ", "サーバー", "サーバ名", "サーバー名",
            ]
        case .address:
            [
                "address", "ip", "ip address", "real ip", "주소", "ip 주소", "실 ip", "실제 ip", "아이피", "アドレス", "ip アドレス",
                "実 ip", "実 ip アドレス",
            ]
        case .instance: ["instance", "instance name", "인스턴스", "인스턴스명", "インスタンス", "インスタンス名"]
        case .large:
            ["software large", "large", "category", "s/w large", "s/w major", "대분류", "s/w 대분류", "大分類", "s/w 大分類"]
        case .middle: ["software middle", "middle", "s/w middle", "중분류", "s/w 중분류", "中分類", "s/w 中分類"]
        case .small:
            [
                "software small", "small", "software", "s/w", "s/w small", "s/w minor", "소분류", "s/w 소분류", "소프트웨어",
                "小分類",
                "s/w 小分類", "ソフトウェア",
            ]
        case .version: ["version", "software version", "버전", "s/w 버전", "バージョン", "版"]
        case .port: ["port", "ssh port", "포트", "ポート"]
        case .user: ["user", "user name", "login", "사용자", "계정", "접속계정", "ユーザ", "ユーザー", "ユーザー名"]
        case .group: ["group", "group name", "그룹", "그룹명", "グループ", "グループ名"]
        }
    }
}
