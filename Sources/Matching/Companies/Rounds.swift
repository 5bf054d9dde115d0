import Dispatch

/// Work on all cores whose result does not depend on how many there are: it is cut into the same pieces everywhere, and
/// the results come in the order of the pieces.
enum Rounds {
    static let pieces = 8

    static func map<Result: Sendable>(_ count: Int, _ body: @Sendable (Range<Int>) -> Result) -> [Result] {
        map(0..<count, body)
    }

    /// `body` for `pieces` parts of the range, none of them empty.
    static func map<Result: Sendable>(_ range: Range<Int>, _ body: @Sendable (Range<Int>) -> Result) -> [Result] {
        let parts = min(pieces, range.count)
        if parts < 2 { return range.isEmpty ? [] : [body(range)] }
        var results = [Result?](repeating: nil, count: parts)
        results.withUnsafeMutableBufferPointer { buffer in
            // Each piece writes its own element, and all are written before concurrentPerform returns.
            nonisolated(unsafe) let out = buffer
            DispatchQueue.concurrentPerform(iterations: parts) { i in
                let start = range.lowerBound + range.count * i / parts
                let end = range.lowerBound + range.count * (i + 1) / parts
                out[i] = body(start..<end)
            }
        }
        return results.compactMap { $0 }
    }
}
