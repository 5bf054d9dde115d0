import Store

/// One row of the table of personal data: a collection, how somebody's documents are found in it, and what an erasure
/// does to them.
public struct Trace: Sendable {
    public enum Fate: String, Sendable, CaseIterable {
        case deleted
        /// Stays for the books, without what says whose it was.
        case anonymised
        /// Stays as it is: the reason stands in the table of `docs/privacy.md`.
        case kept
    }

    /// Names the row in pages and answers; the collection's name, where one row is enough for it.
    public let name: String
    public let entity: any Entity.Type
    public let fate: Fate
    let filter: @Sendable (DataSubject) -> Filter
    /// Of the documents that the filter finds, those that are meant; `nil`: all of them.
    let isMeant: (@Sendable (any Entity, DataSubject) throws -> Bool)?
    let erase: @Sendable (Erasure, DataSubject) async throws -> Int

    static func deleted<E: Entity>(
        _ type: E.Type, _ filter: @escaping @Sendable (DataSubject) -> Filter
    ) -> Trace {
        Trace(name: E.collection, entity: type, fate: .deleted, filter: filter, isMeant: nil) { erasure, subject in
            try await erasure.delete(type, filter(subject))
        }
    }

    /// - Parameter change: leaves a document alone that has nothing of the person any more.
    static func anonymised<E: Entity>(
        _ type: E.Type, _ filter: @escaping @Sendable (DataSubject) -> Filter,
        _ change: @escaping @Sendable (inout E, DataSubject) -> Void
    ) -> Trace {
        Trace(name: E.collection, entity: type, fate: .anonymised, filter: filter, isMeant: nil) { erasure, subject in
            try await erasure.change(type, filter(subject)) { change(&$0, subject) }
        }
    }

    /// Documents about something else whose text may name the person: only those that do are meant, and changed.
    static func mentions<E: Entity>(
        _ name: String, _ type: E.Type, _ filter: @escaping @Sendable (DataSubject) -> Filter,
        _ change: @escaping @Sendable (inout E, Redaction) -> Void
    ) -> Trace {
        Trace(
            name: name, entity: type, fate: .anonymised, filter: filter,
            isMeant: { try isNamed(in: $0, $1) }
        ) { erasure, subject in
            let words = subject.words
            return try await erasure.change(type, filter(subject)) { change(&$0, words) }
        }
    }

    static func kept<E: Entity>(
        _ name: String, _ type: E.Type, _ filter: @escaping @Sendable (DataSubject) -> Filter, onlyNaming: Bool = false
    ) -> Trace {
        let named: @Sendable (any Entity, DataSubject) throws -> Bool = { try isNamed(in: $0, $1) }
        return Trace(
            name: name, entity: type, fate: .kept, filter: filter, isMeant: onlyNaming ? named : nil,
            erase: { _, _ in 0 })
    }

    static func isNamed(in entity: any Entity, _ subject: DataSubject) throws -> Bool {
        try subject.words.isIn(.object(Document(entity)))
    }

    init(
        name: String, entity: any Entity.Type, fate: Fate, filter: @escaping @Sendable (DataSubject) -> Filter,
        isMeant: (@Sendable (any Entity, DataSubject) throws -> Bool)?,
        erase: @escaping @Sendable (Erasure, DataSubject) async throws -> Int
    ) {
        self.name = name
        self.entity = entity
        self.fate = fate
        self.filter = filter
        self.isMeant = isMeant
        self.erase = erase
    }
}
