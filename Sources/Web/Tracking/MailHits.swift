import Foundation
import Growth
import NIOCore

/// Answers openings and clicks where they arrive, on the connection's own thread and before HTTP is taken apart: a code is checked, the hit is
/// noted, and the answers to all that came together go out at once.
///
/// From the first request on that it cannot answer from memory, or while answers wait to be read, everything on the connection goes on to the
/// routes, which know all of HTTP.
final class MailHits: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let tracking: Tracking
    private let maxAge: TimeAmount
    private let began = NIODeadline.now()
    private var hasHandedOn = false
    /// The program that asked last: a proxy asks many times.
    private var agent: (name: [UInt8], kind: TrackingEvent.UserAgentClass) = ([], .scanner)
    private var clock = HTTPClock()

    /// - Parameter maxAge: after which the next answer ends the connection: whoever closes idle ones behind sees nothing of hits, and would close
    ///   it between two requests.
    init(_ tracking: Tracking, maxAge: TimeAmount) { (self.tracking, self.maxAge) = (tracking, maxAge) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasHandedOn { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        var answers: ByteBuffer?
        let isOld = .now() - began >= maxAge
        // The answers that nobody reads would pile up here; what is behind waits for them.
        hasHandedOn = !context.channel.isWritable
        while bytes.readableBytes > 0, !hasHandedOn {
            let read = bytes.withUnsafeReadableBytes { raw -> Int? in
                guard let request = MailRequest(raw.bindMemory(to: UInt8.self)) else { return nil }
                return answer(request, isLast: isOld, in: &answers, context) ? request.byteCount : nil
            }
            guard let read else {
                hasHandedOn = true
                break
            }
            bytes.moveReaderIndex(forwardBy: read)
            if isOld { break }
        }
        if let answers { context.writeAndFlush(wrapOutboundOut(answers), promise: nil) }
        if isOld, answers != nil { return context.close(promise: nil) }
        guard hasHandedOn else { return }
        context.fireChannelRead(wrapInboundOut(bytes))
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    private func answer(
        _ request: MailRequest, isLast: Bool, in answers: inout ByteBuffer?, _ context: ChannelHandlerContext
    ) -> Bool {
        guard let recipient = tracking.links.recipient(request.token) else { return false }
        var address: String?
        if let link = request.link {
            address = tracking.destinations.known(recipient, link: link)
            if address == nil { return false }
        }
        tracking.note(recipient, link: request.link, kind(of: request.agent))
        var out = answers ?? context.channel.allocator.buffer(capacity: 512)
        out.writeImmutableBuffer(address == nil ? MailAnswer.imageHead : MailAnswer.redirectHead)
        out.writeBytes(clock.line())
        if isLast { out.writeStaticString("Connection: close\r\n") }
        if let address {
            out.writeStaticString("Location: ")
            out.writeString(MailAnswer.safe(address))
            out.writeStaticString("\r\n\r\n")
        } else {
            out.writeStaticString("\r\n")
            out.writeImmutableBuffer(MailAnswer.image)
        }
        answers = out
        return true
    }

    private func kind(of name: UnsafeBufferPointer<UInt8>) -> TrackingEvent.UserAgentClass {
        if !agent.name.elementsEqual(name) { agent = (Array(name), TrackingEvent.UserAgentClass(name)) }
        return agent.kind
    }

    /// Puts a reader of hits in front of all else on a connection. What is added by the server's configuration comes behind the decoder.
    final class Front: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = Any

        private let tracking: Tracking
        private let maxAge: TimeAmount

        init(_ tracking: Tracking, maxAge: TimeAmount) { (self.tracking, self.maxAge) = (tracking, maxAge) }

        func handlerAdded(context: ChannelHandlerContext) {
            do {
                try context.pipeline.syncOperations.addHandler(MailHits(tracking, maxAge: maxAge), position: .first)
            } catch {
                // The connection is closed already.
            }
        }
    }
}

/// The field `Date` of an answer (RFC 9110 section 6.6.1), made once a second.
private struct HTTPClock {
    private var second = 0
    private var bytes: [UInt8] = []

    private static let style = Date.VerbatimFormatStyle(
        format: """
            \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \
            \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT
            """,
        locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))

    mutating func line() -> [UInt8] {
        let now = Int(Date().timeIntervalSince1970)
        if now != second {
            let date = Date(timeIntervalSince1970: Double(now)).formatted(Self.style)
            (second, bytes) = (now, Array("Date: \(date)\r\n".utf8))
        }
        return bytes
    }
}
