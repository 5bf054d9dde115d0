import CMongoC
import Store

extension MongoSession {
    /// So many values fit into one query of at most 16 MiB.
    private static var maxRelated: Int { 500_000 }

    /// The filter as the server reads it, checked. A relation is asked first and put in as the list of its values.
    func document(_ filter: Filter, _ schema: Schema) throws -> Document {
        try filter.check(against: schema) { schemas.schema(named: $0) }
        return MongoFilter.document(try listed(filter), schema)
    }

    private func listed(_ filter: Filter) throws -> Filter {
        switch filter {
        case .related(let relation, let part): .isIn(relation.local, try values(relation, part))
        case .and(let parts): .and(try parts.map(listed))
        case .or(let parts): .or(try parts.map(listed))
        case .not(let part): .not(try listed(part))
        default: filter
        }
    }

    private func values(_ relation: Filter.Relation, _ filter: Filter) throws -> [Value] {
        guard let schema = schemas.schema(named: relation.collection) else {
            throw StoreError.unsupported("\(relation.collection) was not prepared")
        }
        let present: Document = [relation.foreign: ["$ne": .null]]
        let pipeline = try BSONBox(stages: [
            ["$match": ["$and": [.object(present), .object(try document(filter, schema))]]],
            ["$group": ["_id": .string("$" + relation.foreign)]], ["$limit": .int(Self.maxRelated + 1)],
        ])
        let options = try self.options(timed([:]))
        var values: [Value] = []
        try withCollection(schema.collection) { collection in
            try drain(
                mongoc_collection_aggregate(
                    collection, MONGOC_QUERY_NONE, pipeline.pointer, options.pointer, nil)
            ) { reader in
                if let value = try reader.document()["_id"] { values.append(value) }
            }
        }
        if values.count > Self.maxRelated {
            throw StoreError.unsupported("more than \(Self.maxRelated) of \(relation.collection) are related")
        }
        return values
    }
}
