import Store

/// How an index of a database stands to the schema.
public struct IndexState: Sendable, Hashable {
    public enum State: String, Sendable {
        case present, missing, created
        /// One on the same fields with other options, or one that cannot be made because documents break it.
        case conflicting
        /// No collection of ours declares it.
        case superfluous
    }

    public var collection: String
    public var index: String
    public var state: State
}

extension MongoSession {
    /// Another process may make it at the same time.
    func create(_ collection: String) throws {
        do {
            _ = try run(["create": .string(collection)])
        } catch let failure as MongoFailure where failure.code == 48 {
            // It exists.
        }
    }

    /// Makes those that are missing: all at once, or, where documents break one of them, each by itself.
    func syncIndexes(of schema: Schema, dryRun: Bool) throws -> [IndexState] {
        var existing = try indexes(of: schema.collection)
        var states: [IndexState] = []
        let missing = schema.indexes.filter { existing[$0.mongoName] == nil }
        let areMade = try !dryRun && create(missing, on: schema.collection) == .created
        for index in schema.indexes {
            var state = IndexState.State.present
            if let found = existing.removeValue(forKey: index.mongoName) {
                if found.isUnique != index.isUnique || found.isSparse != index.isSparse { state = .conflicting }
            } else if dryRun {
                state = .missing
            } else {
                state = areMade ? .created : try create([index], on: schema.collection)
            }
            states.append(IndexState(collection: schema.collection, index: index.mongoName, state: state))
        }
        for name in existing.keys.sorted() where name != "_id_" {
            states.append(IndexState(collection: schema.collection, index: name, state: .superfluous))
        }
        return states
    }

    private func create(_ indexes: [Index], on collection: String) throws -> IndexState.State {
        if indexes.isEmpty { return .created }
        do {
            let specifications = indexes.map { Value.object($0.specification) }
            _ = try run(["createIndexes": .string(collection), "indexes": .array(specifications)])
            return .created
        } catch let failure as MongoFailure where failure.isDuplicate || [67, 85, 86].contains(failure.code) {
            return .conflicting
        }
    }

    private func indexes(of collection: String) throws -> [String: (isUnique: Bool, isSparse: Bool)] {
        var found: [String: (isUnique: Bool, isSparse: Bool)] = [:]
        let batch: [Value]
        do {
            let answer = try run(["listIndexes": .string(collection), "cursor": ["batchSize": 1_000]])
            batch = answer["cursor"]?.object?["firstBatch"]?.array ?? []
        } catch let failure as MongoFailure where failure.code == 26 {
            return [:]
        }
        for case .object(let index) in batch {
            found[index["name"]?.string ?? ""] = (index["unique"]?.bool ?? false, index["sparse"]?.bool ?? false)
        }
        return found
    }
}
