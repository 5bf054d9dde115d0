/// The constant pieces of a template's text, encoded once for all recipients.
///
/// A template is constants with merged values between them, in an order that conditions may change from one recipient to the next. Whoever
/// renders it walks its own pieces and calls `BodyWriter` for each: `constant(index)` for what is the same for everybody, `html(value)` and the like for
/// what is not. A text is written in base64 where most of it is Arabic, else in quoted-printable; the constants decide.
public struct PreparedText: Sendable {
    let constants: [Constant]
    let encoding: TransferEncoding
    let bytes: Int

    public init(constants: [String]) {
        let raw = constants.map { LineEnds.canonical($0) }
        encoding = TransferEncoding.best(for: Array(raw.joined()), mayBeSevenBit: false)
        let isBase64 = encoding == .base64
        self.constants = raw.map { Constant($0, isBase64: isBase64) }
        bytes = raw.reduce(0) { $0 + $1.count }
    }

    /// One constant, and the base64 of its whole groups when 0, 1 or 2 of its first bytes went into the group before it.
    struct Constant: Sendable {
        let raw: [UInt8]
        let phases: ([UInt8], [UInt8], [UInt8])

        init(_ raw: [UInt8], isBase64: Bool) {
            self.raw = raw
            phases = isBase64 ? (Self.phase(raw, 0), Self.phase(raw, 1), Self.phase(raw, 2)) : ([], [], [])
        }

        private static func phase(_ raw: [UInt8], _ lead: Int) -> [UInt8] {
            raw.count > lead ? Base64.groups(raw[lead...]) : []
        }
    }
}
