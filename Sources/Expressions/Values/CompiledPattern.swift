// SPDX-License-Identifier: Apache-2.0

import CPCRE2
import Glibc

/// What keeps a search short.
private enum SearchLimits {
    /// Bytes of a pattern.
    static let patternLength = 1024
    /// How deep groups may stand in each other.
    static let nesting: UInt32 = 50
    /// Backtracking steps from one place of the text; PCRE2 counts anew at each place.
    static let steps: UInt32 = 100_000
    /// Memory for backtracking, in KiB.
    static let memory: UInt32 = 4096
    /// Places of the text that are tried before the time is looked at.
    static let window = 256
    /// Processor time of the searching thread, in nanoseconds.
    static let time: Int64 = 250_000_000
}

/// A pattern in PCRE2's compiled form.
///
/// `@unchecked Sendable` because PCRE2 guarantees that a compiled pattern is only read after `pcre2_compile` (pcre2api,
/// "Multithreading"): every search here brings its own match data, no JIT code is added later, and the pointers are freed
/// only in `deinit`, when no search can hold the object.
final class CompiledPattern: @unchecked Sendable {
    private let code: OpaquePointer
    private let context: OpaquePointer

    init(_ text: String) throws(PatternError) {
        guard text.utf8.count <= SearchLimits.patternLength else {
            throw PatternError(
                message: "the pattern is longer than \(SearchLimits.patternLength) bytes", isLimit: false)
        }
        let compiling = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(compiling) }
        pcre2_set_parens_nest_limit_8(compiling, SearchLimits.nesting)
        var (number, offset) = (Int32(0), 0)
        let bytes = Array(text.utf8)
        let options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | UInt32(PCRE2_USE_OFFSET_LIMIT)
        guard let code = pcre2_compile_8(bytes, bytes.count, options, &number, &offset, compiling) else {
            throw PatternError(
                message: "the pattern is wrong at character \(offset + 1): \(words(number))", isLimit: false)
        }
        guard let context = pcre2_match_context_create_8(nil) else {
            pcre2_code_free_8(code)
            throw PatternError(message: "there is no memory for the pattern", isLimit: true)
        }
        pcre2_set_match_limit_8(context, SearchLimits.steps)
        pcre2_set_heap_limit_8(context, SearchLimits.memory)
        self.code = code
        self.context = context
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    /// The first match in a text.
    func search(_ text: String, wholeText: Bool) throws(PatternError) -> PatternMatch? {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else {
            throw PatternError(message: "there is no memory for a search", isLimit: true)
        }
        defer { pcre2_match_data_free_8(data) }
        var text = text
        let outcome = text.withUTF8 { bytes in
            let code = wholeText ? match(bytes, 0, data, context, wholly) : searchWindows(bytes, data)
            return code >= 0 ? Outcome.found(found(in: bytes, data)) : .ended(code)
        }
        switch outcome {
        case .found(let match): return match
        case .ended(PCRE2_ERROR_NOMATCH): return nil
        case .ended(PCRE2_ERROR_MATCHLIMIT), .ended(PCRE2_ERROR_HEAPLIMIT), .ended(PCRE2_ERROR_DEPTHLIMIT):
            throw PatternError(message: "needs too many steps for this text; make the pattern simpler", isLimit: true)
        case .ended(let code): throw PatternError(message: "the search failed: \(words(code))", isLimit: true)
        }
    }

    private enum Outcome {
        case found(PatternMatch)
        case ended(Int32)
    }

    /// PCRE2's own limit counts backtracking from one place of the text and begins anew at the next, so a long text could
    /// still take minutes.
    ///
    /// It is therefore searched window by window, and the time is looked at between two windows.
    private func searchWindows(_ bytes: UnsafeBufferPointer<UInt8>, _ data: OpaquePointer) -> Int32 {
        guard bytes.count > SearchLimits.window else { return match(bytes, 0, data, context, 0) }
        guard let own = pcre2_match_context_copy_8(context) else { return PCRE2_ERROR_NOMEMORY }
        defer { pcre2_match_context_free_8(own) }
        let deadline = processorTime() + SearchLimits.time
        var start = 0
        while true {
            let end = bytes.characterStart(at: start + SearchLimits.window)
            pcre2_set_offset_limit_8(own, end)
            let code = match(bytes, start, data, own, 0)
            if code != PCRE2_ERROR_NOMATCH || end >= bytes.count { return code }
            if processorTime() > deadline { return PCRE2_ERROR_MATCHLIMIT }
            start = end
        }
    }

    private func match(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ data: OpaquePointer, _ context: OpaquePointer,
        _ options: UInt32
    ) -> Int32 {
        // A Swift String is always valid UTF-8, so PCRE2 need not look again.
        pcre2_match_8(code, bytes.baseAddress, bytes.count, start, options | PCRE2_NO_UTF_CHECK, data, context)
    }

    private func found(in bytes: UnsafeBufferPointer<UInt8>, _ data: OpaquePointer) -> PatternMatch {
        let pairs = UnsafeBufferPointer(
            start: pcre2_get_ovector_pointer_8(data), count: Int(pcre2_get_ovector_count_8(data)) * 2)
        let texts = stride(from: 0, to: pairs.count, by: 2).map { index -> String? in
            // A group that took no part has -1; \K can put a beginning behind its end.
            guard pairs[index] >= 0, pairs[index] <= pairs[index + 1], pairs[index + 1] <= bytes.count else {
                return nil
            }
            return String(decoding: bytes[pairs[index]..<pairs[index + 1]], as: UTF8.self)
        }
        return PatternMatch(text: (texts.first ?? nil) ?? "", groups: Array(texts.dropFirst()))
    }
}

private let wholly = PCRE2_ANCHORED | UInt32(PCRE2_ENDANCHORED)

extension UnsafeBufferPointer<UInt8> {
    /// The beginning of the character that an offset falls into, or the end.
    fileprivate func characterStart(at offset: Int) -> Int {
        guard offset < count else { return count }
        var position = offset
        while position > 0, self[position] & 0xC0 == 0x80 { position -= 1 }
        return position
    }
}

/// The processor time this thread has used, in nanoseconds: a busy machine does not make a search fail.
private func processorTime() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

private func words(_ error: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
}
