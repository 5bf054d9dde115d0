/// The constant pieces of a template's text, encoded once for all recipients.
///
/// A template is constants with merged values between them, in an order that conditions may change from one recipient to the next. Whoever
/// renders it walks its own pieces and calls `BodyWriter` for each: `constant(index)` for what is the same for everybody, `html(value)` and the like for
/// what is not. A text is written in base64 where most of it is Arabic, else in quoted-printable; the constants decide.
public struct PreparedText: Sendable {
    let store: PreparedConstants
    let encoding: TransferEncoding

    public init(constants: [String]) {
        let raw = constants.map { LineEnds.canonical($0) }
        encoding = TransferEncoding.best(for: Array(raw.joined()), mayBeSevenBit: false)
        store = PreparedConstants(raw, isBase64: encoding == .base64)
    }

    /// Of all constants together.
    var bytes: Int { store.rawBytes }
}

/// The bytes of constants and of their encodings, at one place in memory that never moves.
///
/// Unchecked: what is written is written in `init`, before anybody else sees the object; it goes when the last user does.
final class PreparedConstants: @unchecked Sendable {
    /// One constant, and the base64 of its whole groups when 0, 1 or 2 of its first bytes went into the group before it.
    struct Constant {
        let raw: UnsafeBufferPointer<UInt8>
        let phases: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>)
    }

    let constants: UnsafeBufferPointer<Constant>
    let rawBytes: Int
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    init(_ raw: [[UInt8]], isBase64: Bool) {
        let encoded = raw.map { raw in
            [raw] + (0..<3).map { isBase64 && raw.count > $0 ? Base64.groups(raw[$0...]) : [] }
        }
        let all = encoded.joined().joined()
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: all.count)
        _ = bytes.initialize(fromContentsOf: Array(all))
        var position = 0
        func take(_ count: Int) -> UnsafeBufferPointer<UInt8> {
            defer { position += count }
            return UnsafeBufferPointer(rebasing: bytes[position..<(position + count)])
        }
        let constants = UnsafeMutableBufferPointer<Constant>.allocate(capacity: raw.count)
        for (index, forms) in encoded.enumerated() {
            let constant = Constant(
                raw: take(forms[0].count), phases: (take(forms[1].count), take(forms[2].count), take(forms[3].count)))
            constants.initializeElement(at: index, to: constant)
        }
        self.bytes = bytes
        self.constants = UnsafeBufferPointer(constants)
        rawBytes = raw.reduce(0) { $0 + $1.count }
    }

    deinit {
        constants.deallocate()
        bytes.deallocate()
    }
}
