// SPDX-License-Identifier: Apache-2.0

import Foundation
import Model

/// The lines of an OpenSSH `known_hosts` file.
struct KnownHostsFile: Sendable {
    /// Whose key it is.
    enum Owner: Hashable, Sendable {
        /// Names as they are written, with patterns taken out.
        case named([Endpoint])
        /// The name is not written, but can be recognised.
        case hashed(HashedHostName)
    }

    /// What a line begins with.
    enum Marker: String, Sendable {
        case certificateAuthority = "@cert-authority"
        case revoked = "@revoked"
    }

    struct Entry: Sendable {
        let line: Int
        let owner: Owner
        let key: HostKey
    }

    private(set) var entries: [Entry] = []
    /// Keys that must never be believed.
    private(set) var revoked: Set<HostKey> = []
    /// Numbers of lines that are understood but not used, by why.
    private(set) var unused: [Unused: [Int]] = [:]

    /// Why a line is not used.
    enum Unused: String, CaseIterable, Sendable {
        case certificateAuthority = "certificate authorities (host certificates are not checked)"
        case revoked = "revoked keys (they are not imported for any host)"
        case patterns = "names with * ? or ! (name each host)"
        case unreadable = "lines that are not 'names key-type key'"
    }

    init(_ text: String) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            read(words, index + 1)
        }
        entries.removeAll { revoked.contains($0.key) }
    }

    private mutating func read(_ words: [String], _ line: Int) {
        let marker = Marker(rawValue: words[0])
        let fields = marker == nil ? words : Array(words.dropFirst())
        guard !(marker == nil && words[0].hasPrefix("@")), fields.count >= 3,
            let key = HostKey(type: fields[1], written: fields[2])
        else { return unused[.unreadable, default: []].append(line) }
        switch marker {
        case .certificateAuthority: unused[.certificateAuthority, default: []].append(line)
        case .revoked:
            revoked.insert(key)
            unused[.revoked, default: []].append(line)
        case nil: add(fields[0], key, line)
        }
    }

    private mutating func add(_ names: String, _ key: HostKey, _ line: Int) {
        if names.hasPrefix("|") {
            guard let name = HashedHostName(names) else { return unused[.unreadable, default: []].append(line) }
            return entries.append(Entry(line: line, owner: .hashed(name), key: key))
        }
        let all = names.split(separator: ",").map(String.init)
        let plain = all.filter { !$0.contains { "*?!".contains($0) } }
        if plain.count < all.count { unused[.patterns, default: []].append(line) }
        let endpoints = plain.compactMap { Endpoint(knownAs: $0) }
        if endpoints.count < plain.count { unused[.unreadable, default: []].append(line) }
        if !endpoints.isEmpty { entries.append(Entry(line: line, owner: .named(endpoints), key: key)) }
    }
}

extension HostKey {
    /// Reads a key as it stands in a file; its bytes must say the same type as the text.
    fileprivate init?(type: String, written: String) {
        guard let bytes = Data(base64Encoded: written).map(Array.init), bytes.count > 4 else { return nil }
        let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length < bytes.count - 4, bytes[4..<(4 + length)].elementsEqual(type.utf8) else { return nil }
        self.init(type: type, base64: Data(bytes).base64EncodedString())
    }
}

extension Endpoint {
    /// Reads `name` or `[name]:port`, as OpenSSH writes them.
    init?(knownAs text: String) {
        guard text.hasPrefix("[") else {
            self.init(address: text, port: 22)
            return
        }
        guard let end = text.lastIndex(of: "]"), text[end...].hasPrefix("]:"),
            let port = Int(text[text.index(end, offsetBy: 2)...]),
            (1...65_535).contains(port)
        else { return nil }
        self.init(address: String(text[text.index(after: text.startIndex)..<end]), port: port)
    }

    /// As OpenSSH writes it: in small letters, with the port only where it is not 22.
    var knownAs: String { port == 22 ? address.lowercased() : "[\(address.lowercased())]:\(port)" }
}
