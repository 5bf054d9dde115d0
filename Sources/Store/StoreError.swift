/// Why a store refused or failed. The words are for the log; they show no stored values.
public enum StoreError: Error, Hashable, Sendable {
    /// A unique index, or the id, is taken already.
    case duplicate(collection: String, index: String)
    /// The documents are not as the writer expected: somebody changed them meanwhile.
    case conflict(collection: String)
    case unknownField(String, collection: String)
    case unsupported(String)
    /// Another process owns the data folder.
    case inUse(folder: String)
    /// The stored data was written by a later version of this program.
    case tooNew(found: Int, known: Int)
    /// The stored data cannot be read: a torn, short or altered file.
    case damaged(String)
    case diskFull
    /// The read would have taken longer than `ReadLimit.longest`.
    case tookTooLong
    /// Reading or writing failed below the engine. After a failed sync the engine takes no more writes.
    case io(String)
    /// The engine is stopped, or not reachable now; the same call may succeed later.
    case unavailable(String)

    /// Whether the same call may succeed later without anybody changing anything.
    public var isTransient: Bool {
        switch self {
        case .unavailable, .diskFull: true
        default: false
        }
    }
}
