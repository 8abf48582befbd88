// SPDX-License-Identifier: Apache-2.0

import Model

/// What the product itself says on operators' screens, in their languages.
///
/// A phrase is named by its English text, so that a screen reads as what it shows; `{name}` is filled with a value. One that has
/// no translation is shown in English. Machine forms (JSON, YAML, CSV) are never translated.
enum Phrases {
    /// A phrase in a language.
    static func text(_ english: String, _ language: Language, _ values: [String: String] = [:]) -> String {
        Localized(translated(english, language)).filled(with: values.mapValues { .text($0) }, in: .english)
    }

    /// The words of a phrase in a language, with its marks.
    static func translated(_ english: String, _ language: Language) -> String {
        switch language {
        case .english: english
        case .korean: book[english]?.korean ?? english
        case .japanese: book[english]?.japanese ?? english
        }
    }

    /// Whether a phrase has other languages.
    static func isTranslated(_ english: String) -> Bool { book[english] != nil }

    /// Every phrase that is translated.
    static var all: [String] { book.keys.sorted() }

    private static let book = ofScreens.merging(ofSchedulesAndServer) { first, _ in first }
        .merging(ofRules) { first, _ in first }.merging(ofHappenings) { first, _ in first }

    private static let ofScreens: [String: (korean: String, japanese: String)] = [
        // What persons do to runs.
        "agreed": ("동의", "同意"), "reworked": ("재작업", "再作業"), "set-ok": ("정상 처리", "正常扱い"),
        "paused": ("보류", "保留"), "unpaused": ("보류 해제", "保留解除"), "waits": ("대기", "待ち"),
        "killed": ("강제 종료", "強制終了"), "probed": ("확인", "確認"), "cancelled": ("취소", "取消"),
        "released": ("승인", "承認"), "rejected": ("거절", "却下"), "resumed": ("이어받음", "引き継ぎ"),
        // Headings.
        "AT": ("시각", "時刻"), "DONE": ("조치", "操作"), "VALUES": ("값", "値"),
        "TARGET": ("대상", "対象"), "STEP": ("단계", "ステップ"), "STATE": ("상태", "状態"), "CHANGED": ("변경", "変更"),
        "TIME": ("시간", "時間"), "TRY": ("차수", "回"), "EXIT": ("종료코드", "終了コード"), "CODE": ("사유", "理由"),
        "WHAT": ("내용", "内容"), "OUTPUTS": ("출력", "出力"), "RUN": ("실행", "実行"), "JOB": ("JOB", "ジョブ"),
        "STARTED": ("시작", "開始"),
        "BY": ("작업자", "作業者"), "ON": ("선택", "選択"), "PLAN": ("계획", "計画"), "WORK": ("작업", "作業"),
        "EFFECT": ("영향", "影響"), "TITLE": ("제목", "タイトル"), "NAME": ("이름", "名前"), "TYPE": ("유형", "型"),
        "DEFAULT": ("기본값", "既定値"), "WHAT IT IS": ("설명", "説明"), "TASK": ("태스크", "タスク"),
        "WHERE": ("위치", "場所"), "AFTER": ("선행", "先行"), "AS": ("계정", "アカウント"), "CATEGORY": ("분류", "分類"),
        "SOFTWARE": ("소프트웨어", "ソフトウェア"), "UNIT": ("업무단위", "業務単位"), "DETAIL": ("업무상세", "業務詳細"),
        "WORKS ON": ("작업 대상", "作業対象"), "ALIASES": ("별칭", "別名"),
        // Values in cells.
        "yes": ("예", "有"), "no": ("아니오", "無"), "check": ("점검", "点検"), "change": ("변경", "変更"),
        "controller": ("컨트롤러", "コントローラー"), "each target": ("각 대상", "各対象"), "hosts": ("서버", "ホスト"),
        "(must be given)": ("(필수)", "(必須)"),
        // Schedules.
        "SCHEDULE": ("스케줄", "スケジュール"), "DAY": ("업무일", "業務日"), "NEXT START": ("다음 시작", "次の開始"),
        "START": ("시작", "開始"), "ZONE": ("시간대", "タイムゾーン"), "CALENDAR": ("캘린더", "カレンダー"),
        "OPEN DAYS": ("영업일 수", "営業日数"), "BASE TIME": ("기준 시각", "基準時刻"), "SCHEDULES": ("스케줄", "スケジュール"),
        "WHY": ("이유", "理由"), "RULE": ("규칙", "ルール"), "NO": ("번호", "番号"), "WEEKDAY": ("요일", "曜日"),
        "OPEN": ("영업", "営業"), "BECAUSE OF": ("근거", "根拠"), "-12 closed": ("-12 휴업일", "-12 休業日"),
        "*12 runs": ("*12 실행일", "*12 実行日"), "mon": ("월", "月"), "tue": ("화", "火"), "wed": ("수", "水"),
        "thu": ("목", "木"), "fri": ("금", "金"), "sat": ("토", "土"), "sun": ("일", "日"),
        // The plan of the day, and what happened.
        "planned": ("예정", "予定"), "waiting": ("대기", "待機"), "held": ("보류", "保留"), "started": ("시작됨", "開始済"),
        "skipped": ("건너뜀", "スキップ"), "removed": ("제외됨", "除外"), "PLANNED START": ("예정 이름", "予定名"),
        "ORIGIN": ("유래", "由来"), "LEVEL": ("등급", "レベル"), "ABOUT": ("관련", "関連"),
        "Run it all the same? Say why, or press Enter to leave it:": (
            "그래도 실행할까요? 사유를 입력하거나, Enter로 그만둡니다:", "それでも実行しますか？ 理由を入力、Enterで中止:"
        ),
        // A work unit.
        "Stands in": ("분류 위치", "分類"), "Also known as": ("별칭", "別名"), "Works on": ("작업 대상", "作業対象"),
        "Effect": ("영향", "影響"), "Pace": ("진행 방식", "進め方"), "Runs at a time": ("동시 실행", "同時実行"),
        "Active": ("사용", "有効"), "Parameters": ("파라미터", "パラメータ"), "Steps": ("단계", "ステップ"),
        "What it changes": ("변경하는 것", "変更するもの"),
        "no catalogue: a building block for other jobs": ("분류 없음: 다른 작업의 구성 요소", "分類なし: 他のジョブの部品"),
        "instances of {software}, or the host where none is recorded": (
            "{software} 인스턴스, 등록된 것이 없으면 서버", "{software}のインスタンス、登録がなければホスト"
        ),
        "instances of {software}": ("{software} 인스턴스", "{software}のインスタンス"),
        "check: it only reads": ("점검: 읽기만 함", "点検: 読み取りのみ"), "any number": ("제한 없음", "制限なし"),
        "one": ("하나", "一つ"), "no: it can be neither run nor called": ("아니오: 실행도 호출도 할 수 없음", "無効: 実行も呼び出しもできない"),
        "the user logged in": ("접속 계정", "ログインユーザー"), "{least} to {most}": ("{least}~{most}", "{least}~{most}"),
        "at least {least}": ("{least} 이상", "{least}以上"), "at most {most}": ("{most} 이하", "{most}以下"),
        "one of {choices}": ("{choices} 중 하나", "{choices}のいずれか"), "matches {pattern}": ("형식 {pattern}", "形式 {pattern}"),
        "the inventory may give it": ("인벤토리에서 지정 가능", "インベントリで指定可"),
        // A run.
        "{count} OK": ("정상 {count}", "正常 {count}"), "({count} with warnings)": ("(경고 {count})", "(警告 {count})"),
        "{count} failed": ("실패 {count}", "失敗 {count}"), "({count} not reached)": ("(접속 불가 {count})", "(到達不可 {count})"),
        "{count} not checked": ("확인 불가 {count}", "確認不可 {count}"),
        "{count} unknown": ("알 수 없음 {count}", "不明 {count}"), "{count} skipped": ("건너뜀 {count}", "スキップ {count}"),
        "{count} cancelled": ("취소 {count}", "取消 {count}"), "{count} not ended": ("진행 중 {count}", "未終了 {count}"),
        "run {run} {state}": ("실행 {run} {state}", "実行 {run} {state}"), "in {time}": ("{time} 소요", "所要 {time}"),
        "run {run}: {title} on {count} targets": ("실행 {run}: {title}, 대상 {count}", "実行 {run}: {title}、対象 {count}"),
        "run {run}: {title} on 1 target": ("실행 {run}: {title}, 대상 1", "実行 {run}: {title}、対象 1"),
        "slowest {target}": ("가장 느린 대상 {target}", "最も遅い対象 {target}"),
        "… and {count} more": ("… 외 {count}", "… 他 {count}"),
        "{step} waits for a person: {prompt}": ("{step} 승인 대기: {prompt}", "{step} 承認待ち: {prompt}"),
        "'{command}' lets it go on, with --reject it fails": (
            "'{command}'(으)로 승인, --reject를 붙이면 거부", "'{command}' で承認、--reject を付けると拒否"
        ),
        "may be answered by {approvers}": ("승인자: {approvers}", "承認者: {approvers}"),
        "there are no runs yet": ("실행 이력이 없습니다", "実行はまだありません"),
        // Questions.
        "Run it? [y]es, [n]o, show the [p]lan:": ("실행할까요? [y]예, [n]아니오, [p]계획 보기:", "実行しますか？ [y]はい、[n]いいえ、[p]計画を表示:"),
        "Do it again? [y]es, [n]o:": ("다시 실행할까요? [y]예, [n]아니오:", "もう一度実行しますか？ [y]はい、[n]いいえ:"),
        "changes: {steps}": ("변경: {steps}", "変更: {steps}"), "nothing was done": ("아무것도 실행하지 않았습니다", "何も実行しませんでした"),
        "[c]ancel the run, [h]old it, [l]eave it as it is, or [Enter] to go on (Ctrl-C again leaves it):": (
            "[c]실행 취소, [h]보류, [l]그대로 두고 나가기, [Enter]계속 (Ctrl-C를 다시 누르면 그대로 두고 나감):",
            "[c]実行を取消、[h]保留、[l]そのまま残して終了、[Enter]続ける (もう一度Ctrl-Cでそのまま終了):"
        ),
        "run {run} is held: nothing further of it begins; '{command}' lets it go on": (
            "실행 {run} 보류: 더 이상 시작하지 않습니다; '{command}'로 계속합니다",
            "実行 {run} は保留中: これ以上何も開始しません; '{command}' で再開します"
        ),
        "it waits {for}": ("대기 중: {for}", "待機中: {for}"),
        // Comparing.
        "all targets did the same": ("모든 대상이 같은 결과입니다", "すべての対象が同じ結果です"),
        "nothing is different": ("다른 것이 없습니다", "違いはありません"),
        "run {run} against run {other}": ("실행 {run} 대 실행 {other}", "実行 {run} と実行 {other} の比較"),
        "COUNT": ("수", "数"), "ODD": ("특이", "特異"), "TARGETS": ("대상", "対象"), "KIND": ("종류", "種類"),
        "NEW": ("새로 생김", "新規"), "GONE": ("없어짐", "消失"),
        "run {run} is left as it is. 'firstline run get {run}' shows it, 'firstline run follow {run}' takes it up again.":
            (
                "실행 {run}을(를) 그대로 두었습니다. 'firstline run get {run}'으로 보고 'firstline run follow {run}'으로 이어서 진행합니다.",
                "実行 {run} はそのまま残しました。'firstline run get {run}' で表示し、'firstline run follow {run}' で続行します。"
            ),
    ]
}
