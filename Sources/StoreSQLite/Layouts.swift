import Store
import Synchronization

/// The collections that were prepared.
final class Layouts: Sendable {
    private let known = Mutex<[ObjectIdentifier: Layout]>([:])
    private let named = Mutex<[String: Layout]>([:])

    func add<E: Entity>(_ type: E.Type) throws -> Layout {
        let layout = try Layout(Schema(of: type))
        known.withLock { $0[ObjectIdentifier(type)] = layout }
        named.withLock { $0[E.collection] = layout }
        return layout
    }

    func layout(named collection: String) -> Layout? { named.withLock { $0[collection] } }

    func layout<E: Entity>(_ type: E.Type) throws(StoreError) -> Layout {
        guard let layout = known.withLock({ $0[ObjectIdentifier(type)] }) else {
            throw .unavailable("\(E.collection) was not prepared")
        }
        return layout
    }
}
