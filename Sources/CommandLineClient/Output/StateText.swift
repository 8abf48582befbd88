// SPDX-License-Identifier: Apache-2.0

import Model

/// States as people read them: a mark, a word and a colour, never a colour alone.
enum StateText {
    /// The word for a state, in the operator's language.
    static func words(_ state: StepState, _ level: Level, _ language: Language) -> String {
        let texts = state == .succeeded ? good[level] ?? [:] : others[state] ?? [:]
        return texts[language] ?? texts[.english] ?? state.rawValue
    }

    /// The word for a run's state.
    static func words(_ state: RunState, _ language: Language) -> String {
        words(StepState(rawValue: state.rawValue) ?? .unknown, .ok, language)
    }

    /// One letter for a state, coloured where colours are wanted.
    static func mark(_ state: StepState, _ level: Level) -> String {
        switch state {
        case .succeeded where level == .warning: colour("!", 33)
        case .succeeded where level == .unknown: colour("?", 33)
        case .succeeded: colour("✓", 32)
        case .failed: colour("✗", 31)
        case .unknown: colour("?", 35)
        case .cancelled: colour("×", 31)
        case .skipped: "-"
        case .held: colour("‖", 36)
        case .running: colour("▶", 34)
        case .ready, .waiting: "·"
        }
    }

    /// A text in the colour of a state, where colours are wanted on standard output.
    static func coloured(_ text: String, _ state: StepState, _ level: Level) -> String {
        guard Surroundings.wantsColour(1) else { return text }
        switch state {
        case .succeeded: return "\u{1B}[\(level > .info ? 33 : 32)m\(text)\u{1B}[0m"
        case .failed, .cancelled: return "\u{1B}[31m\(text)\u{1B}[0m"
        case .unknown: return "\u{1B}[35m\(text)\u{1B}[0m"
        default: return text
        }
    }

    private static func colour(_ text: String, _ code: Int) -> String {
        Surroundings.wantsColour(2) ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    private static let good: [Level: [Language: String]] = [
        .ok: [.english: "OK", .korean: "정상", .japanese: "正常"],
        .info: [.english: "OK", .korean: "정상", .japanese: "正常"],
        .warning: [.english: "WARNING", .korean: "경고", .japanese: "警告"],
        .unknown: [.english: "NOT CHECKED", .korean: "확인 불가", .japanese: "確認不可"],
    ]

    private static let others: [StepState: [Language: String]] = [
        .waiting: [.english: "waiting", .korean: "대기", .japanese: "待機"],
        .ready: [.english: "ready", .korean: "준비", .japanese: "準備"],
        .held: [.english: "HELD", .korean: "승인 대기", .japanese: "保留"],
        .running: [.english: "running", .korean: "실행중", .japanese: "実行中"],
        .failed: [.english: "FAILED", .korean: "실패", .japanese: "失敗"],
        .skipped: [.english: "skipped", .korean: "건너뜀", .japanese: "スキップ"],
        .cancelled: [.english: "cancelled", .korean: "취소", .japanese: "取消"],
        .unknown: [.english: "UNKNOWN", .korean: "알 수 없음", .japanese: "不明"],
    ]
}
