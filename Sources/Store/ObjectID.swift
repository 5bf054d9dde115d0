import Foundation

/// A MongoDB ObjectId: twelve bytes, written as 24 lower-case hexadecimal digits.
///
/// Four bytes of seconds since 1970, five random bytes of this process, a counter of three; so ids made by one
/// process ascend, and inserts append to the end of an index. Source: BSON specification, "ObjectId".
public struct ObjectID: Hashable, Comparable, Sendable {
    /// Bytes 0–7, big endian.
    public let high: UInt64
    /// Bytes 8–11, big endian.
    public let low: UInt32

    public init(high: UInt64, low: UInt32) {
        self.high = high
        self.low = low
    }

    /// A new id, greater than every one this process made before within the same second.
    public init() {
        self = ObjectIDSource.shared.next(at: Date())
    }

    /// The id of the `sequence`-th thing of a run: the same arguments give the same id, so that work which is
    /// repeated after a crash writes the same documents.
    public init(at date: Date, run: UInt32, sequence: UInt32) {
        high = UInt64(Self.seconds(date)) << 32 | UInt64(run)
        low = sequence
    }

    /// `nil` unless `hex` is exactly 24 hexadecimal digits.
    public init?(_ hex: some StringProtocol) {
        self.init(hex: hex.utf8)
    }

    /// The same of the digits' bytes.
    public init?(hex: some Collection<UInt8>) {
        var high: UInt64 = 0
        var low: UInt32 = 0
        var count = 0
        for byte in hex {
            guard count < 24, let digit = Self.digit(byte) else { return nil }
            if count < 16 {
                high = high << 4 | UInt64(digit)
            } else {
                low = low << 4 | UInt32(digit)
            }
            count += 1
        }
        guard count == 24 else { return nil }
        self.init(high: high, low: low)
    }

    /// When the id was made, to the second.
    public var date: Date { Date(timeIntervalSince1970: Double(high >> 32)) }

    public static func < (a: ObjectID, b: ObjectID) -> Bool {
        a.high != b.high ? a.high < b.high : a.low < b.low
    }

    /// Writes the 24 digits to `buffer`, which must hold at least 24 bytes.
    public func writeHex(to buffer: UnsafeMutableBufferPointer<UInt8>) {
        for i in 0..<16 {
            buffer[i] = Self.hexDigits[Int((high >> UInt64(60 - 4 * i)) & 15)]
        }
        for i in 0..<8 {
            buffer[16 + i] = Self.hexDigits[Int((low >> UInt32(28 - 4 * i)) & 15)]
        }
    }

    static func seconds(_ date: Date) -> UInt32 {
        UInt32(min(max(date.timeIntervalSince1970, 0), Double(UInt32.max)))
    }

    private static let hexDigits: [UInt8] = Array("0123456789abcdef".utf8)

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x57
        case 0x41...0x46: byte - 0x37
        default: nil
        }
    }
}

extension ObjectID: CustomStringConvertible {
    public var description: String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            writeHex(to: buffer)
            return 24
        }
    }
}
