// SPDX-License-Identifier: Apache-2.0

extension CatalogueWords {
    /// Words of the first level.
    static let categories = CatalogueWords([
        ("os", "OS", "OS"), ("db", "DB", "DB"), ("mw", "MW", "MW"), ("net", "네트워크", "ネットワーク"),
        ("network", "네트워크", "ネットワーク"), ("ipl", "IPL", "IPL"),
    ])

    /// Words of the third level.
    static let units = CatalogueWords([
        ("check", "점검", "点検"), ("process-check", "프로세스 점검", "プロセス点検"), ("diagnosis", "진단", "診断"),
        ("diag", "진단", "診断"), ("incident", "장애", "障害"), ("start-stop", "기동/종료", "起動停止"),
        ("power", "기동/종료", "起動停止"), ("process", "프로세스 관리", "プロセス管理"), ("session", "세션 체크", "セッションチェック"),
        ("collect", "수집", "収集"), ("change", "변경", "変更"), ("certificate", "인증서", "証明書"),
        ("agent", "Agent 설치/삭제", "エージェント導入・削除"), ("account", "계정관리", "アカウント管理"),
        ("file-system", "파일시스템관리", "ファイルシステム管理"), ("fs", "파일시스템관리", "ファイルシステム管理"),
        ("backup", "백업", "バックアップ"), ("patch", "패치", "パッチ"), ("service", "표준 실행 작업", "標準実行作業"),
        ("server", "서버 작업 절차", "サーバ作業手順"), ("business", "업무 서버 작업 절차", "業務サーバ作業手順"),
        ("site", "전체 서버 작업 절차", "全サーバ作業手順"), ("pm", "정기 PM", "定期PM"),
    ])

    /// Words of the fourth level.
    static let details = CatalogueWords([
        ("process-check", "프로세스 점검", "プロセス点検"), ("check", "점검", "点検"), ("quick", "퀵 점검", "クイック点検"),
        ("morning", "조근점검", "朝点検"), ("health", "상태 점검", "状態点検"), ("status", "상태 점검", "状態点検"),
        ("process", "프로세스 점검", "プロセス点検"), ("process-online", "프로세스 온라인 점검", "プロセスオンライン点検"),
        ("ntp", "NTP 점검", "NTP点検"), ("memory", "메모리 사용량 점검", "メモリ使用量点検"), ("cpu", "CPU 점검", "CPU点検"),
        ("cpu-spec", "CPU 스펙 확인", "CPUスペック確認"), ("file-systems", "파일시스템 점검", "ファイルシステム点検"),
        ("parameters", "파라미터 진단", "パラメータ診断"), ("triage", "1차 분석", "一次切り分け"),
        ("incident-triage", "장애 1차 분석", "障害一次切り分け"), ("restart", "재기동", "再起動"),
        ("start", "기동", "起動"), ("stop", "종료", "停止"), ("restart-with-dump", "재기동(Dump 생성)", "再起動(ダンプ生成)"),
        ("rolling-restart", "순차 재기동", "順次再起動"), ("reload", "설정 재적용", "設定再読込"), ("reboot", "재기동", "再起動"),
        ("shutdown", "정지", "停止"), ("dump", "Dump 파일 생성", "ダンプファイル生成"),
        ("cert-update", "인증서 파일 업데이트", "証明書ファイル更新"), ("lock-check", "LOCK 세션 체크", "ロックセッションチェック"),
        ("list", "조회", "一覧"), ("create", "생성", "作成"), ("delete", "삭제", "削除"), ("lock", "잠금", "ロック"),
        ("unlock", "잠금 해제", "ロック解除"), ("reset-password", "비밀번호 초기화", "パスワード初期化"), ("install", "설치", "導入"),
        ("remove", "삭제", "削除"), ("extend", "확장", "拡張"), ("cleanup", "정리", "整理"), ("mount", "마운트", "マウント"),
        ("unmount", "언마운트", "アンマウント"), ("restore", "복구", "リストア"), ("regular", "정기 작업", "定期作業"),
    ])
}

extension CatalogueWords {
    /// Words of the second level are names of software, and the same in every language.
    static let software = CatalogueWords([])
}
