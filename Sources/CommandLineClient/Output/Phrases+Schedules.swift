// SPDX-License-Identifier: Apache-2.0

extension Phrases {
    /// What is said of schedules, of the server and of the store.
    static let ofSchedulesAndServer: [String: (korean: String, japanese: String)] = [
        // A list of schedules.
        "there are no schedules": ("스케줄이 없습니다", "スケジュールがありません"),
        "when called": ("호출 시", "呼び出し時"), "never": ("없음", "なし"), "not in use": ("미사용", "無効"),
        "over": ("종료", "終了"), "cannot be used": ("사용 불가", "使用不可"), "DATED THROUGH": ("날짜 등록 끝", "日付の登録終わり"),
        // A schedule.
        "Job": ("JOB", "ジョブ"), "On": ("선택", "選択"), "except {selection}": ("(제외: {selection})", "（除外: {selection}）"),
        "Calendar": ("캘린더", "カレンダー"), "every day is open": ("매일 영업일", "毎日営業日"),
        "no rule asks {calendar}": ("{calendar}을(를) 쓰는 규칙이 없음", "{calendar} を使うルールなし"), "Zone": ("시간대", "タイムゾーン"),
        "System": ("시간제", "時間制"), "Missed starts": ("놓친 시작", "開始漏れ"), "Overlapping runs": ("중복 실행", "重複実行"),
        "Not on days of": ("배타 스케줄", "排他スケジュール"), "Rules": ("규칙", "ルール"), "Next starts": ("다음 시작", "次の開始"),
        "Days": ("실행일", "実行日"), "Days on which it takes part": ("참여하는 업무일", "参加する業務日"),
        "Not in use: it starts nothing by itself": (
            "미사용: 자동으로 시작하지 않습니다", "使用停止: 自動では何も開始しません"
        ),
        "When called: it starts nothing by itself, and takes part on its days in the jobs that call it": (
            "호출 시: 자동으로 시작하지 않으며, 해당 업무일에 이 JOB을 호출하는 JOB에 참여합니다",
            "呼び出し時: 自動では何も開始せず、該当する業務日に、呼び出すジョブに参加します"
        ),
        "and {count} more; -o wide shows them": ("외 {count}건; -o wide로 모두 표시", "他 {count} 件; -o wide で全件表示"),
        // A rehearsal.
        "{from} to {to}": ("{from} ~ {to}", "{from} ～ {to}"), "Schedules": ("스케줄", "スケジュール"),
        "STARTS": ("시작 수", "開始数"), "EXCLUDED": ("제외", "除外"), "CLASHES": ("충돌", "競合"), "FIRST": ("처음", "最初"),
        "LAST": ("마지막", "最後"), "Clashes": ("충돌", "競合"), "WOULD WAIT FOR": ("선행 스케줄", "先行スケジュール"),
        "SINCE": ("선행 시작", "先行の開始"),
        "Windows and freezes": ("작업 시간대와 변경 동결", "メンテナンス時間帯と変更凍結"), "THEN": ("조치", "処置"),
        "asks a person": ("사람에게 확인", "人に確認"), "is not run": ("실행 안 함", "実行しない"),
        "MONTH": ("월", "月"), "Could not be run": ("실행할 수 없음", "実行できません"),
        "Months without a start": ("시작이 없는 달", "開始のない月"),
        "Calendars that lack dates": ("날짜가 없는 캘린더", "日付が登録されていないカレンダー"),
        "{schedule}: rule {rule} starts nothing for {month}: {why}": (
            "{schedule}: {month}에는 규칙 {rule}에 따른 시작이 없습니다: {why}",
            "{schedule}: {month}はルール{rule}による開始がありません: {why}"
        ),
        "warning: the schedule {schedule} starts the job {job}, which does not exist": (
            "경고: 스케줄 {schedule}에 지정된 JOB이 없습니다: {job}", "警告: スケジュール{schedule}に指定されたジョブがありません: {job}"
        ),
        "warning: the schedule {schedule}: {problem}": (
            "경고: 스케줄 {schedule}: {problem}", "警告: スケジュール {schedule}: {problem}"
        ),
        // The server.
        "State": ("상태", "状態"), "ready": ("준비 완료", "準備完了"), "not ready": ("준비 안 됨", "準備未完了"),
        "Version": ("버전", "バージョン"), "Process": ("프로세스", "プロセス"), "Since": ("가동 시작", "稼働開始"),
        "Socket": ("소켓", "ソケット"), "Store": ("저장소", "ストア"), "Inventory": ("인벤토리", "インベントリ"),
        "none": ("없음", "なし"), "Playbooks": ("플레이북", "プレイブック"), "Plugins": ("플러그인", "プラグイン"),
        "Runs": ("실행", "実行"), "Moving": ("진행 중인 실행", "進行中の実行"), "What is wrong": ("문제점", "問題点"),
        "no server runs for the store {store}": (
            "저장소 {store}의 서버가 실행되고 있지 않습니다", "ストア {store} のサーバーは動いていません"
        ),
        "no server runs for the store {store}; commands open it themselves": (
            "저장소 {store}의 서버가 실행되고 있지 않습니다; 명령이 저장소를 직접 엽니다",
            "ストア {store} のサーバーは動いていません; コマンドが直接ストアを開きます"
        ),
        "good: {what}": ("이상 없음: {what}", "問題なし: {what}"), "read anew: {what}": ("다시 읽음: {what}", "再読み込み: {what}"),
        "{jobs} jobs, {hosts} hosts, {schedules} schedules": (
            "JOB {jobs}, 서버 {hosts}, 스케줄 {schedules}", "ジョブ {jobs}、ホスト {hosts}、スケジュール {schedules}"
        ),
        // The store.
        "copied to {file}: {what}": ("{file}에 복사함: {what}", "{file} に複写: {what}"),
        "restored from {file}: {what}": ("{file}에서 복원함: {what}", "{file} から復元: {what}"),
        "what was there before is {path}": ("이전 저장소는 {path}에 있습니다", "以前のストアは {path} にあります"),
        "{store} is whole: {what}": ("{store} 이상 없음: {what}", "{store} は問題なし: {what}"),
        "{runs} runs, {steps} steps, {bytes} bytes, format {format}": (
            "실행 {runs}, 단계 {steps}, {bytes}바이트, 형식 {format}", "実行 {runs}、ステップ {steps}、{bytes} バイト、形式 {format}"
        ),
    ]
}
