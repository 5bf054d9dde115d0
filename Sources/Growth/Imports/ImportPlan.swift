import Foundation
import Matching
import Store

/// Which rows of a file are the same company as one another, and which are stored already.
///
/// Made once before anything is written, and kept in a file until the run ends: matching again after a crash would see
/// the records that the run itself has written.
public struct ImportPlan: Sendable {
    /// What a row's company is.
    public enum Target: Hashable, Sendable {
        case new
        /// The same as that of an earlier row, given by its number in the run.
        case row(Int)
        case stored(ObjectID)
    }

    public struct Match: Hashable, Sendable {
        /// 0–1.
        public var score: Double
        public var reasons: [Reason.Kind]
    }

    /// The number of a row in the run is this plus its number in the sheet; one for each record sheet.
    var offsets: [Int] = []
    /// Non-empty rows over all record sheets.
    var rowsTotal = 0
    /// Rows that say of a stored person that they are the same: hashed key -> person.
    var people: [UInt64: ObjectID] = [:]
    private var targets: [Int32] = []
    private var stored: [ObjectID] = []
    private(set) var matches: [Int32: Match] = [:]
    /// How many rows share a company that an earlier row makes.
    private(set) var followers: [Int32: Int32] = [:]

    init() {}

    private static let new: Int32 = -1

    mutating func set(_ target: Target, match: Match?, for row: Int) {
        while targets.count <= row { targets.append(Self.new) }
        switch target {
        case .new: targets[row] = Self.new
        case .row(let first):
            targets[row] = Int32(first)
            followers[Int32(first), default: 0] += 1
        case .stored(let id):
            stored.append(id)
            targets[row] = -1 - Int32(stored.count)
        }
        if let match { matches[Int32(row)] = match }
    }

    public func target(of row: Int) -> Target {
        guard targets.indices.contains(row), targets[row] != Self.new else { return .new }
        let code = targets[row]
        return code >= 0 ? .row(Int(code)) : .stored(stored[Int(-2 - code)])
    }

    public func match(of row: Int) -> Match? { matches[Int32(row)] }
    func hasFollowers(_ row: Int) -> Bool { followers[Int32(row)] != nil }
    var storedCompanies: Set<ObjectID> { Set(stored) }
}

// MARK: Keeping it

extension ImportPlan {
    private static let magic: [UInt8] = Array("ANWALPL1".utf8)

    /// Bytes that `init(bytes:)` takes, closed by a checksum.
    func bytes() -> [UInt8] {
        var out = Self.magic
        func put<T: FixedWidthInteger>(_ number: T) {
            withUnsafeBytes(of: number.littleEndian) { out.append(contentsOf: $0) }
        }
        func put(_ id: ObjectID) {
            put(id.high)
            put(id.low)
        }
        put(UInt32(offsets.count))
        for offset in offsets { put(UInt32(offset)) }
        put(UInt32(rowsTotal))
        put(UInt32(targets.count))
        for target in targets { put(target) }
        put(UInt32(stored.count))
        for id in stored { put(id) }
        put(UInt32(people.count))
        for (key, id) in people {
            put(key)
            put(id)
        }
        put(UInt32(matches.count))
        for (row, match) in matches {
            put(row)
            put(match.score.bitPattern)
            put(match.reasons.reduce(into: UInt32(0)) { $0 |= 1 << UInt32(Self.number(of: $1)) })
        }
        put(StableHash.of(out))
        return out
    }

    /// `nil` unless the bytes are whole.
    init?(bytes: [UInt8]) {
        guard bytes.count > Self.magic.count + 8, bytes.starts(with: Self.magic) else { return nil }
        var reader = ByteReader(bytes: bytes, position: bytes.count - 8)
        guard let sum = reader.next(UInt64.self), sum == StableHash.of(bytes.dropLast(8)) else { return nil }
        reader.position = Self.magic.count
        func count() -> Int { Int(reader.next(UInt32.self) ?? 0) }
        for _ in 0..<count() { offsets.append(count()) }
        rowsTotal = count()
        for _ in 0..<count() { targets.append(reader.next(Int32.self) ?? Self.new) }
        for target in targets where target >= 0 { followers[target, default: 0] += 1 }
        for _ in 0..<count() { stored.append(reader.id()) }
        for _ in 0..<count() {
            let key = reader.next(UInt64.self) ?? 0
            people[key] = reader.id()
        }
        for _ in 0..<count() {
            let row = reader.next(Int32.self) ?? 0
            let score = Double(bitPattern: reader.next(UInt64.self) ?? 0)
            let mask = reader.next(UInt32.self) ?? 0
            let kinds = Reason.Kind.allCases.filter { mask & (1 << UInt32(Self.number(of: $0))) != 0 }
            matches[row] = Match(score: score, reasons: kinds)
        }
    }

    private static func number(of kind: Reason.Kind) -> Int { Reason.Kind.allCases.firstIndex(of: kind) ?? 31 }
}

private struct ByteReader {
    let bytes: [UInt8]
    var position: Int

    mutating func next<T: FixedWidthInteger>(_ type: T.Type) -> T? {
        let size = MemoryLayout<T>.size
        guard position + size <= bytes.count else { return nil }
        defer { position += size }
        return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: T.self)) }
    }

    mutating func id() -> ObjectID { ObjectID(high: next(UInt64.self) ?? 0, low: next(UInt32.self) ?? 0) }
}
