import Spreadsheet

/// The streams of an OLE compound file ([MS-CFB]).
struct CompoundFile {
    private let data: LittleEndian
    private let sectorShift: Int
    private let miniShift: Int
    private let miniCutoff: Int
    private var table: [UInt32] = []
    private var miniTable: [UInt32] = []
    private var miniStream: [UInt8] = []
    private var entries: [Entry] = []

    private struct Entry {
        var name: String
        var kind: UInt8
        var left: Int
        var right: Int
        var child: Int
        var start: UInt32
        var size: Int
    }

    /// Sector numbers from here on are marks, not places.
    private static let maxSector: UInt32 = 0xFFFF_FFFA

    init(_ bytes: [UInt8]) throws(BIFFError) {
        data = LittleEndian(bytes)
        guard let shift = data.u16(30), shift == 9 || shift == 12, let mini = data.u16(32), mini == 6,
            let directory = data.u32(48), let cutoff = data.u32(56), let miniStart = data.u32(60)
        else { throw .damaged }
        sectorShift = shift
        miniShift = mini
        miniCutoff = cutoff
        table = allocationTable()
        guard !table.isEmpty else { throw .damaged }
        entries = Self.entries(chain(UInt32(truncatingIfNeeded: directory)))
        guard let root = entries.first else { throw .damaged }
        miniTable = Self.words(chain(UInt32(truncatingIfNeeded: miniStart)))
        miniStream = chain(root.start)
    }

    /// A workbook of the newer formats with a password is a compound file around the encrypted package.
    var isEncrypted: Bool { entries.contains { $0.name == "encryptedpackage" || $0.name == "encryptioninfo" } }

    /// The stream directly below the root, upper or lower case.
    func stream(named name: String) -> [UInt8]? {
        let wanted = name.lowercased()
        let streamKind: UInt8 = 2
        let top = topLevel().first { entries[$0].name == wanted && entries[$0].kind == streamKind }
        guard let found = top.map({ entries[$0] }) else { return nil }
        let bytes = found.size < miniCutoff ? miniChain(found.start) : chain(found.start)
        return Array(bytes.prefix(found.size))
    }

    /// Indices of the entries in the root's tree.
    private func topLevel() -> [Int] {
        var seen: Set<Int> = []
        var order: [Int] = []
        var pending = [entries[0].child]
        while let index = pending.popLast() {
            guard entries.indices.contains(index), seen.insert(index).inserted else { continue }
            order.append(index)
            pending += [entries[index].left, entries[index].right]
        }
        // A broken tree still leaves the list.
        return order.isEmpty ? Array(entries.indices.dropFirst()) : order
    }

    private func sector(_ number: UInt32) -> ArraySlice<UInt8>? {
        let start = (Int(number) + 1) << sectorShift
        guard number < Self.maxSector, start < data.count else { return nil }
        return data.slice(start, min(1 << sectorShift, data.count - start))
    }

    private func allocationTable() -> [UInt32] {
        let inHeader = 109
        var sectors: [UInt32] = (0..<inHeader).compactMap {
            data.u32(76 + 4 * $0).map(UInt32.init(truncatingIfNeeded:))
        }
        var next = UInt32(truncatingIfNeeded: data.u32(68) ?? 0)
        let limit = data.count >> sectorShift + 1
        var visited = 0
        while let bytes = sector(next), visited <= limit {
            var words = Self.words(Array(bytes))
            next = words.popLast() ?? .max
            sectors += words
            visited += 1
        }
        var table: [UInt32] = []
        for number in sectors where number < Self.maxSector && table.count <= limit {
            guard let bytes = sector(number) else { break }
            table += Self.words(Array(bytes))
        }
        return table
    }

    /// The bytes of a chain of sectors, as far as it leads.
    private func chain(_ start: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = start
        // A chain that visits more sectors than exist runs in a circle.
        var left = data.count >> sectorShift + 1
        while left > 0, let part = sector(next) {
            bytes += part
            next = Int(next) < table.count ? table[Int(next)] : .max
            left -= 1
        }
        return bytes
    }

    private func miniChain(_ start: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = start
        var left = miniTable.count
        while left > 0, next < Self.maxSector {
            let from = Int(next) << miniShift
            guard from < miniStream.count, Int(next) < miniTable.count else { break }
            bytes += miniStream[from..<min(miniStream.count, from + 1 << miniShift)]
            next = miniTable[Int(next)]
            left -= 1
        }
        return bytes
    }

    private static func words(_ bytes: [UInt8]) -> [UInt32] {
        let view = LittleEndian(bytes)
        return (0..<bytes.count / 4).compactMap { view.u32(4 * $0).map(UInt32.init(truncatingIfNeeded:)) }
    }

    private static func entries(_ directory: [UInt8]) -> [Entry] {
        let view = LittleEndian(directory)
        return (0..<directory.count / 128).compactMap { index in
            let at = 128 * index
            guard let nameBytes = view.u16(at + 64), let kind = view.u8(at + 66), let left = view.u32(at + 68),
                let right = view.u32(at + 72), let child = view.u32(at + 76), let start = view.u32(at + 116),
                let size = view.u32(at + 120)
            else { return nil }
            let units = (0..<max(0, min(nameBytes, 64) / 2 - 1)).compactMap { view.u16(at + 2 * $0) }
            let name = String(decoding: units.map(UInt16.init(truncatingIfNeeded:)), as: UTF16.self).lowercased()
            return Entry(
                name: name, kind: kind, left: left, right: right, child: child,
                start: UInt32(truncatingIfNeeded: start),
                size: size)
        }
    }
}
