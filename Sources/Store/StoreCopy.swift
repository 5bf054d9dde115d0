import Foundation

/// Copies every document of some collections from one engine to another, and proves that the copy is the same.
///
/// May be stopped and begun again: it goes on behind the last id that arrived. Nobody may write to either side meanwhile.
public struct StoreCopy: Sendable {
    public struct Progress: Sendable {
        public var collection: String
        public var done: Int
        public var total: Int
    }

    /// One collection on both sides.
    public struct Finding: Sendable {
        public var collection: String
        public var count: Int
        public var isSame: Bool
    }

    private let source: any DocumentStore
    private let target: any DocumentStore
    private static let batch = 1_000

    public init(from source: any DocumentStore, to target: any DocumentStore) {
        self.source = source
        self.target = target
    }

    /// Throws `StoreError.duplicate` when the target holds other documents, seen by their number, ids or unique keys.
    public func run(
        _ types: [any Entity.Type], _ progress: @Sendable (Progress) -> Void
    ) async throws {
        for type in types { try await copy(type, progress) }
    }

    private func copy<E: Entity>(_ type: E.Type, _ progress: @Sendable (Progress) -> Void) async throws {
        let total = try await source.count(E.self)
        var query = Query<E>(limit: Self.batch)
        var done = 0
        // What arrived came in the order of ids, batch by batch.
        if let last = try await target.first(E.self, where: .all, sort: [.descending("_id")]) {
            let through = Filter.range("_id", from: nil, to: .including(.id(last.id.raw)))
            done = try await target.count(E.self)
            guard try await source.get(last.id) != nil, try await source.count(E.self, where: through) == done else {
                throw StoreError.duplicate(collection: E.collection, index: "_id")
            }
            query.page = Page(values: [], id: last.id.raw)
        }
        while true {
            progress(Progress(collection: E.collection, done: done, total: total))
            let found = try await source.find(query)
            guard let last = found.last else { return }
            try await target.insert(found.map(Self.stamped))
            done += found.count
            query.page = Page(values: [], id: last.id.raw)
        }
    }

    /// A document without `createdAt` gets the moment that its id tells, as no engine keeps one without.
    private static func stamped<E: Entity>(_ entity: E) -> E {
        var copy = entity
        copy.createdAt = entity.createdAt ?? entity.id.raw.date
        copy.updatedAt = entity.updatedAt ?? copy.createdAt
        return copy
    }

    /// Reads both sides and compares counts and contents.
    public func compare(_ types: [any Entity.Type], _ progress: @Sendable (Finding) -> Void) async throws -> [Finding] {
        var findings: [Finding] = []
        for type in types {
            let finding = try await compare(type)
            progress(finding)
            findings.append(finding)
        }
        return findings
    }

    private func compare<E: Entity>(_ type: E.Type) async throws -> Finding {
        let (here, there) = (try await sum(of: type, in: source), try await sum(of: type, in: target))
        return Finding(collection: E.collection, count: here.count, isSame: here == there)
    }

    private struct Sum: Equatable {
        var count = 0
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    }

    /// FNV-1a over every document in the order of ids; fields in the order of their names, since engines keep their own.
    private func sum<E: Entity>(of type: E.Type, in store: any DocumentStore) async throws -> Sum {
        var sum = Sum()
        var writer = JSONWriter(form: .extended)
        try await store.stream(E.self, where: .all, batch: Self.batch) { entities in
            for entity in entities {
                let document = try Document(Self.stamped(entity))
                writer.removeAll()
                writer.write(.object(Document(document.pairs.sorted { $0.key < $1.key })))
                for byte in writer.bytes { sum.hash = (sum.hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
                sum.count += 1
            }
        }
        return sum
    }
}
