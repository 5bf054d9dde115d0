import Store
import Synchronization

/// The collections that were prepared.
final class Schemas: Sendable {
    private let known = Mutex<[String: Schema]>([:])

    func add(_ type: any Entity.Type) -> Schema {
        func add<E: Entity>(_ type: E.Type) -> Schema {
            let schema = Schema(of: E.self)
            known.withLock { $0[E.collection] = schema }
            return schema
        }
        return add(type)
    }

    var all: [Schema] { known.withLock { $0.values.sorted { $0.collection < $1.collection } } }

    func schema(named collection: String) -> Schema? { known.withLock { $0[collection] } }

    func schema<E: Entity>(of type: E.Type) throws(StoreError) -> Schema {
        guard let schema = known.withLock({ $0[E.collection] }) else {
            throw StoreError.unsupported("\(E.collection) was not prepared")
        }
        return schema
    }
}
