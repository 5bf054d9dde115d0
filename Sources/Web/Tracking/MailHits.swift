import Foundation
import Growth
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Store

/// Answers openings and clicks where they arrive, on the connection's own thread: a code is checked, the hit is noted, and the answer goes
/// out with the next flush. Whatever it cannot answer from memory goes on to the routes, which answer the same.
final class MailHits: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let tracking: Tracking
    /// Requests that went on and are not answered yet: answers must come in the order of the requests.
    private var underWay = 0
    /// The answer to the request whose end has not come yet.
    private var answer: (head: HTTPResponse, body: ByteBuffer?)?
    private var hasWritten = false

    init(_ tracking: Tracking) { self.tracking = tracking }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if underWay == 0, let answer = answer(to: head) {
                self.answer = answer
            } else {
                underWay += 1
                context.fireChannelRead(data)
            }
        case .body: if answer == nil { context.fireChannelRead(data) }
        case .end:
            guard let (head, body) = answer else { return context.fireChannelRead(data) }
            answer = nil
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if let body { context.write(wrapOutboundOut(.body(body)), promise: nil) }
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
            hasWritten = true
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasWritten {
            hasWritten = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { underWay -= 1 }
        context.write(data, promise: promise)
    }

    /// `nil`: the routes know.
    private func answer(to head: HTTPRequest) -> (HTTPResponse, ByteBuffer?)? {
        guard head.method == .get, let path = head.path, path.utf8.count < 200 else { return nil }
        let bytes = path.utf8
        guard bytes.starts(with: "/o/".utf8) || bytes.starts(with: "/c/".utf8) else { return nil }
        let isClick = bytes.dropFirst().first == UInt8(ascii: "c")
        let token = path.dropFirst(3).prefix(38)
        let rest = path.dropFirst(3 + 38)
        guard let recipient = tracking.links.recipient(token) else { return nil }
        if isClick {
            guard rest.first == "/", let link = Int(rest.dropFirst()),
                let address = tracking.destinations.known(recipient, link: link)
            else { return nil }
            note(recipient, link, head)
            return (HTTPResponse(status: .found, headerFields: MailAnswer.redirect(to: address)), nil)
        }
        guard rest == ".gif" else { return nil }
        note(recipient, nil, head)
        return (HTTPResponse(status: .ok, headerFields: MailAnswer.imageHeaders), MailAnswer.image)
    }

    private func note(_ recipient: ObjectID, _ link: Int?, _ head: HTTPRequest) {
        tracking.note(recipient, link: link, userAgent: head.headerFields[.userAgent])
    }
}
