// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite

/// What is added to SQLite's own open file: it stands behind it in the same memory, which SQLite allocates and frees.
struct CheckedFile {
    /// The functions that SQLite calls: its own, but for reading and writing.
    private var methods: sqlite3_io_methods
    /// SQLite's own.
    private let system: UnsafePointer<sqlite3_io_methods>
    /// Whether a page was read that did not have its checksum.
    private var isDamaged = false

    private init(methods: sqlite3_io_methods, system: UnsafePointer<sqlite3_io_methods>) {
        self.methods = methods
        self.system = system
    }

    /// The code with which SQLite fails when a page does not have its checksum (`SQLITE_IOERR_DATA`).
    static let damage = ResultCode(rawValue: SQLITE_IOERR | (32 << 8))

    /// The same for people.
    static let damageText = "a page does not have its checksum"

    private typealias File = UnsafeMutablePointer<sqlite3_file>

    /// Has an open database checked, if it is new or its header leaves space for checksums.
    static func takeOver(_ file: UnsafeMutablePointer<sqlite3_file>) {
        guard let system = file.pointee.pMethods, hasSpace(file, system) else { return }
        var methods = system.pointee
        methods.xRead = { file, buffer, count, offset in CheckedFile.read(file, buffer, count, offset) }
        methods.xWrite = { file, buffer, count, offset in CheckedFile.write(file, buffer, count, offset) }
        place(of: file).initialize(to: CheckedFile(methods: methods, system: system))
        file.pointee.pMethods = UnsafePointer(methodsPlace(of: file))
    }

    /// Whether an open file was taken over.
    static func isOne(_ file: UnsafeMutablePointer<sqlite3_file>) -> Bool {
        file.pointee.pMethods == UnsafePointer(methodsPlace(of: file))
    }

    /// Whether a page of an open file was read that did not have its checksum.
    static func hasDamage(_ file: UnsafeMutablePointer<sqlite3_file>) -> Bool {
        isOne(file) && place(of: file).pointee.isDamaged
    }

    /// A file that is shorter than a header is one that is about to become a database.
    private static func hasSpace(_ file: File, _ system: UnsafePointer<sqlite3_io_methods>) -> Bool {
        var header = [UInt8](repeating: 0, count: 100)
        guard system.pointee.xRead(file, &header, Int32(header.count), 0) == SQLITE_OK else { return true }
        return header[20] != 0
    }

    private static func place(of file: File) -> UnsafeMutablePointer<CheckedFile> {
        let size = Int(CheckedFiles.system?.pointee.szOsFile ?? 0)
        return (UnsafeMutableRawPointer(file) + size).assumingMemoryBound(to: CheckedFile.self)
    }

    /// `methods` is the first of a `CheckedFile`.
    private static func methodsPlace(of file: File) -> UnsafeMutablePointer<sqlite3_io_methods> {
        UnsafeMutableRawPointer(place(of: file)).assumingMemoryBound(to: sqlite3_io_methods.self)
    }
}

extension CheckedFile {
    /// SQLite's `SQLITE_IOERR_WRITE`, which Swift does not see.
    private static let writeFailed = SQLITE_IOERR | (3 << 8)
    /// What is shorter is a part of the header, which SQLite reads again with its whole page before it relies on it.
    private static let shortest = 512

    private static func read(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ buffer: UnsafeMutableRawPointer?, _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard let file, let buffer else { return SQLITE_MISUSE }
        let system = place(of: file).pointee.system
        let code = system.pointee.xRead(file, buffer, count, offset)
        guard code == SQLITE_OK, count >= shortest else { return code }
        let pageSize = Int64(PageChecksum.pageSize)
        if Int(count) == PageChecksum.pageSize, offset % pageSize == 0 {
            return verdict(on: UnsafeRawBufferPointer(start: buffer, count: Int(count)), at: offset, of: file)
        }
        // A part of a page, or several: all of them are read.
        var page = [UInt8](repeating: 0, count: PageChecksum.pageSize)
        for start in stride(from: offset / pageSize * pageSize, to: offset + Int64(count), by: PageChecksum.pageSize) {
            let code = system.pointee.xRead(file, &page, Int32(PageChecksum.pageSize), start)
            guard code == SQLITE_OK else { return code }
            let judged = page.withUnsafeBytes { verdict(on: $0, at: start, of: file) }
            guard judged == SQLITE_OK else { return judged }
        }
        return SQLITE_OK
    }

    private static func verdict(
        on page: UnsafeRawBufferPointer, at offset: Int64, of file: UnsafeMutablePointer<sqlite3_file>
    ) -> Int32 {
        if PageChecksum.matches(page, number: number(at: offset)) { return SQLITE_OK }
        place(of: file).pointee.isDamaged = true
        return damage.rawValue
    }

    /// Writes a page with its checksum; SQLite's own copy of it stays as it is.
    private static func write(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ buffer: UnsafeRawPointer?, _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard let file, let buffer else { return SQLITE_MISUSE }
        let size = PageChecksum.pageSize
        // SQLite writes whole pages to a database.
        guard Int(count) == size, offset % Int64(size) == 0 else { return writeFailed }
        return withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { page in
            page.copyMemory(from: UnsafeRawBufferPointer(start: buffer, count: size))
            PageChecksum.write(into: page, number: number(at: offset))
            return place(of: file).pointee.system.pointee.xWrite(file, page.baseAddress, count, offset)
        }
    }

    private static func number(at offset: Int64) -> Int64 { offset / Int64(PageChecksum.pageSize) + 1 }
}
