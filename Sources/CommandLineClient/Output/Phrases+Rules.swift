// SPDX-License-Identifier: Apache-2.0

import Model
import Scheduling

extension ScheduleRule {
    /// The rule in the reader's language; in English as its file writes it.
    func text(_ language: Language) -> String { Phrases.text(sentence, language) }
}

extension Phrases {
    /// The parts of rules, and why they start something or not.
    static let ofRules: [String: (korean: String, japanese: String)] = [
        // Rules.
        "from {day}": ("{day}부터", "{day}から"), "until {day}": ("{day}까지", "{day}まで"),
        "every {count} days": ("{count}일마다", "{count}日ごと"), "every {count} weeks": ("{count}주마다", "{count}週ごと"),
        "every {count} months": ("{count}개월마다", "{count}か月ごと"), "every {count} years": ("{count}년마다", "{count}年ごと"),
        "every week": ("1주마다", "1週ごと"), "every month": ("1개월마다", "1か月ごと"), "every year": ("1년마다", "1年ごと"),
        "closed: skip": ("비영업일 제외", "休業日を除く"), "closed: run": ("비영업일에도 실행", "休業日でも実行"),
        "closed: before within {count} day": ("비영업일이면 {count}일 이내의 앞 영업일", "休業日なら{count}日以内の前の運用日"),
        "closed: before within {count} days": ("비영업일이면 {count}일 이내의 앞 영업일", "休業日なら{count}日以内の前の運用日"),
        "closed: after within {count} day": ("비영업일이면 {count}일 이내의 뒤 영업일", "休業日なら{count}日以内の後の運用日"),
        "closed: after within {count} days": ("비영업일이면 {count}일 이내의 뒤 영업일", "休業日なら{count}日以内の後の運用日"),
        "-{count} day": ("{count}일 전", "{count}日前"), "-{count} days": ("{count}일 전", "{count}日前"),
        "+{count} day": ("{count}일 후", "{count}日後"), "+{count} days": ("{count}일 후", "{count}日後"),
        "-{count} open": ("{count}영업일 전", "{count}運用日前"), "+{count} open": ("{count}영업일 후", "{count}運用日後"),
        "at {clock}": ("{clock}", "{clock}"), "+{time}": ("기준 시각 +{time}", "基準時刻+{time}"),
        "again every {pause} until {end}": ("{end}까지 {pause}마다 반복", "{end}まで{pause}ごとに繰り返し"),
        "registered": ("유효 기간의 첫날", "有効期間の初日"),
        "every open": ("매 영업일", "毎運用日"), "every closed": ("매 비영업일", "毎休業日"), "every day": ("매일", "毎日"),
        "{month}-{day}": ("매년 {month}월 {day}일", "毎年{month}月{day}日"),
        "day {day} of the month": ("매월 {day}일", "毎月{day}日"),
        "open": ("영업일", "運用日"), "closed": ("비영업일", "休業日"), "day": ("날", "日"),
        "{kind} {number}": ("매월 {number}번째 {kind}", "毎月の第{number}{kind}"),
        "{kind} {number} of {month}": ("매년 {month}월 {number}번째 {kind}", "毎年{month}月の第{number}{kind}"),
        "last": ("매월 마지막 날", "毎月の最終日"), "{kind} last": ("매월 마지막 {kind}", "毎月の最終{kind}"),
        "last of {month}": ("매년 {month}월 마지막 날", "毎年{month}月の最終日"),
        "{kind} last of {month}": ("매년 {month}월 마지막 {kind}", "毎年{month}月の最終{kind}"),
        "last -{number}": ("매월 마지막 날의 {number}일 전", "毎月の最終日の{number}日前"),
        "{kind} last -{number}": ("매월 마지막 {kind}의 {number}일 전", "毎月の最終{kind}の{number}日前"),
        "last -{number} of {month}": ("매년 {month}월 마지막 날의 {number}일 전", "毎年{month}月の最終日の{number}日前"),
        "{kind} last -{number} of {month}": ("매년 {month}월 마지막 {kind}의 {number}일 전", "毎年{month}月の最終{kind}の{number}日前"),
        "{weekday}": ("매주 {weekday}요일", "毎週{weekday}曜日"),
        "{weekday} of {month}": ("매년 {month}월 매주 {weekday}요일", "毎年{month}月の毎週{weekday}曜日"),
        "{weekday} last": ("매월 마지막 {weekday}요일", "毎月の最終{weekday}曜日"),
        "{weekday} last of {month}": ("매년 {month}월 마지막 {weekday}요일", "毎年{month}月の最終{weekday}曜日"),
        "{weekday} {number}": ("매월 {number}번째 {weekday}요일", "毎月の第{number}{weekday}曜日"),
        "{weekday} {number} of {month}": ("매년 {month}월 {number}번째 {weekday}요일", "毎年{month}月の第{number}{weekday}曜日"),
        "rule {rule}: {text}": ("규칙 {rule}: {text}", "ルール{rule}: {text}"), "rule {rule}": ("규칙 {rule}", "ルール{rule}"),
        // Why a rule starts something.
        "it means this day": ("이 날에 해당합니다", "この日に該当します"),
        "it does not mean this day": ("이 날에 해당하지 않습니다", "この日に該当しません"),
        "it does not mean this day, which is closed{because}": (
            "이 날에 해당하지 않으며, 비영업일입니다{because}", "この日に該当せず、休業日です{because}"
        ),
        "{day} is closed, {other} stands for it": ("{day}은(는) 비영업일이므로 {other}(으)로 대체", "{day}は休業日のため{other}に振替"),
        "from there to {day}": ("거기에서 {day}(으)로 이동", "そこから{day}に移動"),
        "rule {rule} gives the same instant, which starts once": (
            "규칙 {rule}과(와) 같은 시각이며 한 번만 시작합니다", "ルール{rule}と同じ時刻のため、開始は一度だけです"
        ),
        "the clock is put forward over its time, and it starts then": (
            "시계가 앞당겨져 없어지는 시각이므로, 앞당겨지는 순간에 시작합니다", "時計が進められて飛ばされる時刻のため、その瞬間に開始します"
        ),
        "the clock is put forward or back around it": ("이 무렵에 시계가 앞당겨지거나 늦춰집니다", "この前後に時計が進められるか戻されます"),
        "{clock} of {day} belongs to the business day {other}": (
            "{day} {clock}은(는) 업무일자 {other}에 속합니다", "{day} {clock}は業務日付{other}に属します"
        ),
        "{clock} of {day} is on {other}": ("{day} {clock}은(는) {other}에 해당합니다", "{day} {clock}は{other}にあたります"),
        "{clock} does not exist on {day}: the clock is put forward, and it starts then": (
            "{day}에는 {clock}이(가) 없습니다: 시계가 앞당겨지는 순간에 시작합니다", "{day}に{clock}はありません: 時計が進められる瞬間に開始します"
        ),
        "{clock} comes twice on {day}, for the clock is put back: it starts the first time": (
            "{day}에는 시계가 늦춰져 {clock}이(가) 두 번 있습니다: 첫 번째에 시작합니다", "{day}は時計が戻され{clock}が2回あります: 1回目に開始します"
        ),
        "{clock} of {day} is before the base time {base}, and belongs to the business day {other}": (
            "{day} {clock}은(는) 기준 시각 {base} 전이므로 업무일자 {other}에 속합니다",
            "{day} {clock}は基準時刻{base}より前のため業務日付{other}に属します"
        ),
        "it means this day and starts on another": ("이 날에 해당하지만 다른 날에 시작합니다", "この日に該当しますが、別の日に開始します"),
        "it means this day, which is closed{because}, and 'closed: skip' starts nothing then": (
            "이 날에 해당하지만 비영업일이며{because}, 'closed: skip'이므로 시작하지 않습니다",
            "この日に該当しますが休業日で{because}、'closed: skip'のため開始しません"
        ),
        "{day} is closed, and no open day is within {limit} days before it": (
            "{day}은(는) 비영업일이며, 그 전 {limit}일 이내에 영업일이 없습니다", "{day}は休業日で、前{limit}日以内に運用日がありません"
        ),
        "{day} is closed, and no open day is within {limit} days after it": (
            "{day}은(는) 비영업일이며, 그 후 {limit}일 이내에 영업일이 없습니다", "{day}は休業日で、後{limit}日以内に運用日がありません"
        ),
        "{shift} from {day} is not within {limit} days": (
            "{day}에서 {shift}인 날이 {limit}일 이내에 없습니다", "{day}から{shift}の日が{limit}日以内にありません"
        ),
        "closed{because}": ("비영업일{because}", "休業日{because}"),
        "it comes to {day}, which is before it is valid (from {from})": (
            "{day}은(는) 유효 기간 전입니다({from}부터)", "{day}は有効期間の前です（{from}から）"
        ),
        "it comes to {day}, when it is no longer valid (until {until})": (
            "{day}은(는) 유효 기간 후입니다({until}까지)", "{day}は有効期間の後です（{until}まで）"
        ),
        "does not run, for {other} is planned for this day": (
            "실행하지 않습니다: 이 날에는 {other}이(가) 예정되어 있습니다", "実行しません: この日は{other}の予定があります"
        ),
        "{month} has no day {number}: its last day stands for it": (
            "{month}에는 {number}일이 없어 말일로 대체", "{month}に{number}日はないため末日で代替"
        ),
        "{month} has only {count} of {weekday}: the last stands for number {number}": (
            "{month}에는 {weekday}이(가) {count}번뿐이므로 {number}번째는 마지막으로 대체",
            "{month}の{weekday}は{count}回のみのため、第{number}は最終で代替"
        ),
        "{month} has only {count} days: the last stands for number {number}": (
            "{month}의 날은 {count}일뿐이므로 {number}번째는 마지막 날로 대체", "{month}は{count}日のみのため、第{number}は最終日で代替"
        ),
        "{month} has only {count} open days: the last stands for number {number}": (
            "{month}의 영업일은 {count}일뿐이므로 {number}번째는 마지막 영업일로 대체",
            "{month}の運用日は{count}日のみのため、第{number}は最終運用日で代替"
        ),
        "{month} has only {count} closed days: the last stands for number {number}": (
            "{month}의 비영업일은 {count}일뿐이므로 {number}번째는 마지막 비영업일로 대체",
            "{month}の休業日は{count}日のみのため、第{number}は最終休業日で代替"
        ),
        "no day of {month} is near enough or open": ("{month}에는 영업일이 없거나 충분히 가까운 날이 없습니다", "{month}に運用日か、近い日がありません"),
        "it comes to {day}, as {month} does, and starts once": (
            "{month}과(와) 같은 {day}이므로 한 번만 시작합니다", "{month}と同じ{day}のため、開始は一度だけです"
        ),
        "{job} allows one run at a time": ("{job}은(는) 동시에 한 번만 실행할 수 있습니다", "{job}は同時に1つしか実行できません"),
        "both change {hosts}": ("둘 다 {hosts}을(를) 변경합니다", "両方が{hosts}を変更します"),
        "both change {hosts} and {count} more": (
            "둘 다 {hosts} 외 {count}대를 변경합니다", "両方が{hosts}ほか{count}台を変更します"
        ),
        "its last dated entry is {day}; {year} has only what comes every year": (
            "날짜가 지정된 마지막 항목은 {day}입니다. {year}년에는 매년 반복되는 항목만 있습니다",
            "日付指定の最後の項目は{day}です。{year}年は毎年繰り返す項目だけです"
        ),
    ]
}
