import Store

extension MergeJournal {
    enum Direction { case forth, back }

    /// How many rows one commit changes at the most.
    static let batch = 1_000

    /// The writes of the journal, in pieces of at most `batch` rows. Running them again is harmless.
    ///
    /// Whoever takes a merge back meets rows that changed meanwhile: only what is as the merge left it changes.
    func writes(_ direction: Direction) throws -> [Writes] {
        var pieces: [Writes] = []
        for move in moves {
            for chunk in move.ids.chunks(of: Self.batch) { pieces.append(try Self.writes(move, chunk, direction)) }
        }
        for chunk in edits.chunks(of: Self.batch) {
            var writes = Writes()
            for edit in chunk { try writes.apply(edit, direction) }
            pieces.append(writes)
        }
        let (out, back) = direction == .forth ? (removed, added) : (added, removed)
        for chunk in out.chunks(of: Self.batch) {
            var writes = Writes()
            for row in chunk { try writes.remove(row) }
            pieces.append(writes)
        }
        for chunk in back.chunks(of: Self.batch) {
            var writes = Writes()
            for row in chunk { try writes.putBack(row) }
            pieces.append(writes)
        }
        return pieces
    }

    private static func writes(
        _ move: Move, _ ids: ArraySlice<ObjectID>, _ direction: Direction
    ) throws -> Writes {
        var writes = Writes()
        let (from, to) = direction == .forth ? (move.from, move.to) : (move.to, move.from)
        let rows = Filter.isIn("_id", ids.map(Value.id))
        try writes.within(move.collection) { type, writes in
            guard move.isArray else {
                return writes.change(type, where: rows && .equals(move.field, .id(from)), .set(move.field, .id(to)))
            }
            // An array takes one change at a time: the new id comes before the old one goes.
            let members = rows && .hasAny(move.field, [.id(from)])
            writes.change(type, where: members, Update().addToSet(move.field, [.id(to)]))
            let leaving = direction == .forth ? rows : rows && .not(.isIn("_id", move.had.map(Value.id)))
            writes.change(type, where: leaving, Update().remove(move.field, [.id(from)]))
        }
        return writes
    }
}

extension Writes {
    /// Hands `body` the entity of a collection.
    mutating func within(
        _ collection: String, _ body: (any Entity.Type, inout Writes) throws -> Void
    ) throws {
        guard let type = GrowthSchema.entity(of: collection) else { throw StoreError.unsupported(collection) }
        try body(type, &self)
    }

    mutating func change(_ type: any Entity.Type, where filter: Filter, _ change: Update) {
        func write<E: Entity>(_ type: E.Type) { update(type, where: filter, change) }
        write(type)
    }

    /// Each field by itself, so that one that somebody changed keeps its value and the others still change.
    mutating func apply(_ edit: MergeJournal.Edit, _ direction: MergeJournal.Direction) throws {
        try within(edit.collection) { type, writes in
            for pair in edit.fields.pairs {
                let change = pair.value.object
                let (old, new) =
                    direction == .forth ? (change?["before"], change?["after"]) : (change?["after"], change?["before"])
                let unchanged = Filter.equals("_id", .id(edit.id)) && Self.holds(pair.key, old)
                writes.change(type, where: unchanged, .set(pair.key, new))
            }
        }
    }

    /// Whether the field is as it was; of an object, every value in it.
    private static func holds(_ field: String, _ value: Value?) -> Filter {
        guard let object = value?.object else { return .equals(field, value ?? .null) }
        return .and(object.pairs.map { holds("\(field).\($0.key)", $0.value) })
    }

    /// Only as the journal has it: one that somebody changed meanwhile stays.
    mutating func remove(_ row: MergeJournal.Row) throws {
        try within(row.collection) { type, writes in
            func delete<E: Entity>(_ type: E.Type) {
                writes.delete(type, where: row.unchanged)
            }
            delete(type)
        }
    }

    mutating func putBack(_ row: MergeJournal.Row) throws {
        try within(row.collection) { type, writes in
            func insert<E: Entity>(_ type: E.Type) throws {
                writes.insertIfAbsent([try row.document.entity(type)])
            }
            try insert(type)
        }
    }
}

extension MergeJournal.Row {
    /// The row while it is as the journal has it.
    var unchanged: Filter {
        guard let id else { return .none }
        let stamp = document["updatedAt"].map { Filter.equals("updatedAt", $0) } ?? .exists("updatedAt", false)
        return .equals("_id", .id(id)) && stamp
    }
}

extension GrowthSchema {
    static func entity(of collection: String) -> (any Entity.Type)? {
        entities.first { $0.collection == collection }
    }
}
