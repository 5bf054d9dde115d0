import MailMIME
import NIOCore

/// A message on its way out, piece by piece.
struct SMTPBody {
    let number: Int
    private let message: EncodedMessage
    private var position = 0
    private var dots = DotStuffing()

    init(_ number: Int, _ message: EncodedMessage) {
        self.number = number
        self.message = message
    }

    var isWritten: Bool { position >= message.bytes.count }

    mutating func writePiece(to buffer: inout ByteBuffer) {
        let end = min(position + SMTPLimits.bodyPieceBytes, message.bytes.count)
        let start = position
        buffer.reserveCapacity(minimumWritableBytes: end - start + 256)
        message.bytes.withUnsafeBytes { dots.write(UnsafeRawBufferPointer(rebasing: $0[start..<end]), to: &buffer) }
        position = end
    }
}
