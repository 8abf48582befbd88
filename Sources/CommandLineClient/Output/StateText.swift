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
        case .succeeded where level == .warning: colour("!", .yellow)
        case .succeeded where level == .unknown: colour("?", .yellow)
        case .succeeded: colour("✓", .green)
        case .failed: colour("✗", .red)
        case .unknown: colour("?", .magenta)
        case .cancelled: colour("×", .red)
        case .skipped: "-"
        case .held: colour("‖", .cyan)
        case .running: colour("▶", .blue)
        case .ready, .waiting: "·"
        }
    }

    /// A text in the colour of a state, where colours are wanted on standard output.
    static func coloured(_ text: String, _ state: StepState, _ level: Level) -> String {
        guard Surroundings.wantsColour(1) else { return text }
        switch state {
        case .succeeded: return (level > .info ? Colour.yellow : .green).of(text)
        case .failed, .cancelled: return Colour.red.of(text)
        case .unknown: return Colour.magenta.of(text)
        default: return text
        }
    }

    private static func colour(_ text: String, _ colour: Colour) -> String {
        Surroundings.wantsColour(2) ? colour.of(text) : text
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
