// SPDX-License-Identifier: Apache-2.0

extension Phrases {
    /// What happened, what became of planned starts, and why.
    static let ofHappenings: [String: (korean: String, japanese: String)] = [
        "error": ("오류", "エラー"), "warning": ("경고", "警告"), "info": ("정보", "情報"),
        // Planned starts.
        "the start of {start} (business day {day})": ("{start} 시작(업무일자 {day})", "{start}の開始(業務日付 {day})"),
        "{start} is run {run}": ("{start}: 실행 {run}", "{start}: 実行 {run}"),
        "{start} is not run: {why}": ("{start}: 실행하지 않습니다: {why}", "{start}: 実行しません: {why}"),
        "{start} waits for a person: {why}": ("{start}: 승인 대기: {why}", "{start}: 承認待ち: {why}"),
        "{count} starts from {first} through {last} are not run; the last was {why}": (
            "{first}부터 {last}까지의 시작 {count}건을 실행하지 않습니다. 마지막 시작: {why}",
            "{first}から{last}までの開始{count}件を実行しません。最後の開始: {why}"
        ),
        "starts from {after} through {first} are not planned any more, nor told one by one": (
            "{after}부터 {first}까지의 시작은 더 이상 예정하지 않으며, 건별로 알리지 않습니다",
            "{after}から{first}までの開始は予定せず、1件ずつの通知もしません"
        ),
        "{start} should have become a run by {due}, and is {state}": (
            "{start}: {due}까지 실행이 시작되어야 했으나 현재 상태는 {state}", "{start}: {due}までに実行が始まる予定でしたが、現在の状態は{state}"
        ),
        "{start} should have ended by {due}, and is {state}": (
            "{start}: {due}까지 종료되어야 했으나 현재 상태는 {state}", "{start}: {due}までに終了する予定でしたが、現在の状態は{state}"
        ),
        "run {run} should have ended by {due}, and is {state}": (
            "실행 {run}: {due}까지 종료되어야 했으나 현재 상태는 {state}", "実行 {run}: {due}までに終了する予定でしたが、現在の状態は{state}"
        ),
        "run {run} takes longer than {time}": ("실행 {run}: {time} 넘게 걸리고 있습니다", "実行 {run}: {time}を超えています"),
        "running": ("실행 중", "実行中"),
        // Why a planned start is not run, or waits.
        "missed by {time}: {why}": ("{time} 늦어 시작 누락: {why}", "{time}遅れのため開始漏れ: {why}"),
        "missed starts are not run": ("누락된 시작은 실행하지 않습니다", "開始漏れは実行しません"),
        "more than {time}": ("{time} 초과", "{time}超過"),
        "a later start takes its place": ("이후의 시작이 대신합니다", "後の開始が代わりに実行されます"),
        "of those that were missed the last {count} are run": (
            "누락된 시작 중 마지막 {count}건만 실행합니다", "開始漏れのうち最後の{count}件だけ実行します"
        ),
        "the run before it had not ended": ("이전 실행이 끝나지 않았습니다", "前の実行が終わっていませんでした"),
        "the run before it has not ended": ("이전 실행이 끝나지 않았습니다", "前の実行が終わっていません"),
        "the run before it is being cancelled": ("이전 실행을 중단하고 있습니다", "前の実行を中止しています"),
        "another start waits already": ("다른 시작이 이미 대기 중입니다", "別の開始がすでに待機しています"),
        "the schedule cannot be used: {problems}": ("스케줄 사용 불가: {problems}", "スケジュール使用不可: {problems}"),
        "the schedule is no longer in use": ("스케줄이 더 이상 사용되지 않습니다", "スケジュールはもう使われていません"),
        "{other} has a start on {day} by its rules, and excludes it": (
            "{other}이(가) 규칙에 따라 {day}에 시작하므로 배타 제외", "{other}がルールにより{day}に開始するため排他除外"
        ),
        "there is no job {job}": ("JOB {job}이(가) 없습니다", "ジョブ {job} がありません"),
        "it cannot be run: {why}": ("실행할 수 없습니다: {why}", "実行できません: {why}"),
        "{job} allows one run at a time, and run {run} is not over": (
            "{job}은(는) 동시에 한 번만 실행할 수 있으며, 실행 {run}이(가) 끝나지 않았습니다",
            "{job}は同時に1つしか実行できず、実行 {run} が終わっていません"
        ),
        "'{command}' agrees": ("승인: '{command}'", "承認: '{command}'"),
        "no change may begin now: {objections}": ("지금은 변경을 시작할 수 없습니다: {objections}", "今は変更を開始できません: {objections}"),
        "a change may begin now only if somebody agrees to it: {objections}": (
            "지금 변경을 시작하려면 승인이 필요합니다: {objections}", "今変更を開始するには承認が必要です: {objections}"
        ),
        // Windows and freezes.
        "the freeze {name} lasts until further notice": (
            "변경 동결 {name}: 별도 공지 시까지", "変更凍結{name}: 別途通知があるまで"
        ),
        "the freeze {name} lasts until {time}": ("변경 동결 {name}: {time}까지", "変更凍結{name}: {time}まで"),
        "the maintenance window {name} is closed for good": (
            "작업 가능 시간 {name}: 종료되어 다시 열리지 않습니다", "メンテナンス時間帯{name}: 終了し、再開しません"
        ),
        "the maintenance window {name} is closed; it opens next at {time}": (
            "작업 가능 시간 {name}: 지금은 아니며, 다음 시작은 {time}", "メンテナンス時間帯{name}: 時間外です。次の開始は{time}"
        ),
        "the freeze {name} cannot be used as it is written, and no change begins until it can: {fault}": (
            "변경 동결 {name}의 정의에 오류가 있어, 고칠 때까지 변경을 시작하지 않습니다: {fault}",
            "変更凍結{name}の定義に誤りがあり、直すまで変更を開始しません: {fault}"
        ),
        "the maintenance window {name} cannot be used as it is written, and no change begins until it can: {fault}": (
            "작업 가능 시간 {name}의 정의에 오류가 있어, 고칠 때까지 변경을 시작하지 않습니다: {fault}",
            "メンテナンス時間帯{name}の定義に誤りがあり、直すまで変更を開始しません: {fault}"
        ),
        "it is refused now: {objection}": ("지금은 거부됩니다: {objection}", "今は拒否されます: {objection}"),
        "it needs somebody's agreement now: {objection}": ("지금은 승인이 필요합니다: {objection}", "今は承認が必要です: {objection}"),
        "it had waited, and {refusal}": ("대기 후: {refusal}", "待機後: {refusal}"),
        "warning: {count} start will not be run, for {window}: {objection}": (
            "경고: 시작 {count}건을 실행하지 않습니다({window}): {objection}", "警告: 開始{count}件を実行しません({window}): {objection}"
        ),
        "warning: {count} start will wait for somebody's agreement, for {window}: {objection}": (
            "경고: 시작 {count}건에 승인이 필요합니다({window}): {objection}",
            "警告: 開始{count}件に承認が必要です({window}): {objection}"
        ),
        "warning: {count} starts will not be run, for {window}: {objection}": (
            "경고: 시작 {count}건을 실행하지 않습니다({window}): {objection}", "警告: 開始{count}件を実行しません({window}): {objection}"
        ),
        "warning: {count} starts will wait for somebody's agreement, for {window}: {objection}": (
            "경고: 시작 {count}건에 승인이 필요합니다({window}): {objection}",
            "警告: 開始{count}件に承認が必要です({window}): {objection}"
        ),
        // What persons did to planned starts.
        "added by {person}": ("{person}: 추가", "{person}: 追加"), "held by {person}": ("{person}: 보류", "{person}: 保留"),
        "released by {person}": ("{person}: 보류 해제", "{person}: 保留解除"),
        "removed by {person}": ("{person}: 삭제", "{person}: 削除"),
        "moved from {start} by {person}": ("{person}: {start}에서 이동", "{person}: {start}から移動"),
        "edited ({work}) by {person}": ("{person}: 변경({work})", "{person}: 変更({work})"),
        "on {selection}": ("대상: {selection}", "対象: {selection}"), "with {values}": ("값: {values}", "値: {values}"),
        "{start} of {job} was {done}": ("{start}, {job}: {done}", "{start}、{job}: {done}"),
        "{count} starts from {first} through {last} of {job} were {done}": (
            "{first}부터 {last}까지의 시작 {count}건, {job}: {done}", "{first}から{last}までの開始{count}件、{job}: {done}"
        ),
        // Runs.
        "started by run {run}": ("실행 {run}이(가) 시작함", "実行 {run} が開始"),
        "for run {run} ({job}) on {targets}": ("실행 {run} ({job}), 대상 {targets}", "実行 {run} ({job})、対象 {targets}"),
        "for run {run} ({job}) on {targets} and {count} more": (
            "실행 {run} ({job}), 대상 {targets} 외 {count}", "実行 {run} ({job})、対象 {targets} 他 {count}"
        ),
        // Calendars and schedules that do not work as things are.
        "{path} cannot be used: {problems}": ("{path}: 사용 불가: {problems}", "{path}: 使用不可: {problems}"),
        "what lies ahead could not be kept as events: {error}": (
            "앞으로의 문제를 이벤트로 저장하지 못했습니다: {error}", "今後の問題をイベントとして保存できません: {error}"
        ),
        "never starts anything: {why}": ("아무것도 시작하지 않습니다: {why}", "何も開始しません: {why}"),
        "{day} is closed{because}, and no open day stands for it": (
            "{day}은(는) 비영업일이며{because}, 대체할 영업일이 없습니다", "{day}は休業日で{because}、振り替える運用日がありません"
        ),
        "the last open day is {day}": ("마지막 영업일은 {day}입니다", "最後の運用日は{day}です"),
        "no day is left by calendar, substitute and validity": (
            "캘린더, 대체, 유효 기간을 적용하면 남는 날이 없습니다", "カレンダー、振替、有効期間を適用すると該当日がありません"
        ),
        "never runs: each of its starts is on a business day of {others}, which it excludes": (
            "실행되지 않습니다: 모든 시작이 배타 스케줄 {others}의 업무일자와 겹칩니다",
            "実行されません: すべての開始が排他スケジュール{others}の業務日付と重なります"
        ),
        "has no open day any more; the last is {day}": (
            "더 이상 영업일이 없습니다. 마지막 영업일은 {day}입니다", "運用日がもうありません。最後の運用日は{day}です"
        ),
        "names no hosts, and the job {job} works on hosts; write 'on', such as on: all": (
            "서버가 지정되지 않았으나 JOB {job}은(는) 서버에서 실행됩니다. on: all과 같이 'on'을 지정하십시오",
            "ホストが指定されていませんが、ジョブ {job} はホストで実行されます。on: all のように 'on' を指定してください"
        ),
        "it could not be run now: {problems}": ("지금은 실행할 수 없습니다: {problems}", "今は実行できません: {problems}"),
        "it does not count for all it names: {problems}": (
            "지정한 대상 전부에 적용되지는 않습니다: {problems}", "指定した対象のすべてには適用されません: {problems}"
        ),
        "there are two schedules '{name}'": ("이름이 같은 스케줄이 둘 있습니다: '{name}'", "同じ名前のスケジュールが2つあります: '{name}'"),
        "there are two windows or freezes '{name}'": (
            "이름이 같은 작업 가능 시간 또는 변경 동결이 둘 있습니다: '{name}'",
            "同じ名前のメンテナンス時間帯か変更凍結が2つあります: '{name}'"
        ),
        "there are two calendars '{name}'": ("이름이 같은 캘린더가 둘 있습니다: '{name}'", "同じ名前のカレンダーが2つあります: '{name}'"),
        "'{name}' excludes itself": ("'{name}'이(가) 자기 자신을 배타 제외합니다", "'{name}'が自分自身を排他除外しています"),
        "excludes the schedule '{name}', which does not exist{hint}": (
            "배타 스케줄 '{name}'이(가) 없습니다{hint}", "排他スケジュール'{name}'がありません{hint}"
        ),
        "the 48-hour system needs a base time of 0:00, and the calendar '{name}' has another": (
            "48시간제에서는 기준 시각이 0:00이어야 하지만 캘린더 '{name}'의 기준 시각이 다릅니다",
            "48時間制では基準時刻が0:00でなければなりませんが、カレンダー'{name}'の基準時刻は異なります"
        ),
        "there is no time zone '{name}'; it is an IANA name such as Asia/Seoul": (
            "시간대 '{name}'이(가) 없습니다. Asia/Seoul과 같은 IANA 이름이어야 합니다",
            "タイムゾーン'{name}'がありません。Asia/TokyoのようなIANA名で指定します"
        ),
        "the calendar '{name}' cannot be used": ("캘린더 '{name}' 사용 불가", "カレンダー'{name}'使用不可"),
        "there is no calendar '{name}'{hint}": ("캘린더 '{name}'이(가) 없습니다{hint}", "カレンダー'{name}'がありません{hint}"),
        "; did you mean '{name}'?": (". 혹시 '{name}'입니까?", "。'{name}'ではありませんか？"),
        "the calendars start from each other in a circle: {circle}": (
            "캘린더가 순환 참조합니다: {circle}", "カレンダーが循環参照しています: {circle}"
        ),
        "more than {count} calendars start from each other": (
            "캘린더 참조가 {count}단계를 넘습니다", "カレンダーの参照が{count}段を超えています"
        ),
        // The server and its store.
        "host keys, by {person}: {changes}": ("호스트 키, {person}: {changes}", "ホストキー、{person}: {changes}"),
        "expected from now on: {hosts}": ("앞으로 확인할 키: {hosts}", "今後確認するキー: {hosts}"),
        "forgotten: {hosts}": ("삭제한 키: {hosts}", "削除したキー: {hosts}"),
        "forgotten: {records}": ("보관 기간이 지나 삭제함: {records}", "保存期間を過ぎたため削除: {records}"),
        "forgotten by {person}: {records}": ("{person}: 보관 기간이 지나 삭제함: {records}", "{person}: 保存期間を過ぎたため削除: {records}"),
        "{count} run older than {time}": ("{time}보다 오래된 실행 {count}건", "{time}より古い実行{count}件"),
        "{count} runs older than {time}": ("{time}보다 오래된 실행 {count}건", "{time}より古い実行{count}件"),
        "{count} planned start older than {time}": ("{time}보다 오래된 예정 시작 {count}건", "{time}より古い開始予定{count}件"),
        "{count} planned starts older than {time}": ("{time}보다 오래된 예정 시작 {count}건", "{time}より古い開始予定{count}件"),
        "{count} event older than {time}": ("{time}보다 오래된 이벤트 {count}건", "{time}より古いイベント{count}件"),
        "{count} events older than {time}": ("{time}보다 오래된 이벤트 {count}건", "{time}より古いイベント{count}件"),
        "the store works again, after: {failure}": ("저장소가 다시 동작합니다. 이전 오류: {failure}", "ストアが復旧しました。以前のエラー: {failure}"),
        """
        process {process}, which had the store before, did not close it: it was killed, it crashed, or the machine went down; \
        it last wrote at {time}
        """: (
            "이전에 저장소를 쓰던 프로세스 {process}이(가) 저장소를 닫지 않고 끝났습니다: 강제 종료, 비정상 종료 또는 서버 중단. 마지막 기록: {time}",
            "以前ストアを使っていたプロセス {process} がストアを閉じずに終わりました: 強制終了、異常終了、またはホストの停止。最後の書き込み: {time}"
        ),
    ]
}
