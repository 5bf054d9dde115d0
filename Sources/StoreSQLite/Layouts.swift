import Store
import Synchronization

/// The collections that were prepared.
final class Layouts: Sendable {
    private let known = Mutex<[ObjectIdentifier: Layout]>([:])

    func add<E: Entity>(_ type: E.Type) throws -> Layout {
        let layout = try Layout(Schema(of: type))
        known.withLock { $0[ObjectIdentifier(type)] = layout }
        return layout
    }

    func layout<E: Entity>(_ type: E.Type) throws(StoreError) -> Layout {
        guard let layout = known.withLock({ $0[ObjectIdentifier(type)] }) else {
            throw .unavailable("\(E.collection) was not prepared")
        }
        return layout
    }
}
