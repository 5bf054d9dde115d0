import Synchronization

/// How far the previews are that are being made now.
final class PreviewProgress: Sendable {
    private let shares = Mutex<[String: Double]>([:])

    /// False when too many are being made, or this one is.
    func begin(_ token: String) -> Bool {
        shares.withLock { shares in
            guard shares[token] == nil, shares.count < Imports.maxPreviews else { return false }
            shares[token] = 0
            return true
        }
    }

    func report(_ share: Double, of token: String) { shares.withLock { $0[token] = share } }
    func end(_ token: String) { _ = shares.withLock { $0.removeValue(forKey: token) } }
    func progress(of token: String) -> Double? { shares.withLock { $0[token] } }
}
