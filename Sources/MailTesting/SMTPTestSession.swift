import Foundation
import NIOCore
import NIOSSL
import NIOTLS

/// One client's conversation.
final class SMTPTestSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let maxLineBytes = 4_096
    private static let end = Array("\r\n.\r\n".utf8)

    private let options: SMTPTestServer.Options
    private let tls: NIOSSLContext?
    private let record: SMTPTestRecord
    private let number: Int

    private var buffer = ByteBuffer()
    private var output = ByteBuffer()
    /// The message that is coming in; `nil` between messages.
    private var message: ByteBuffer?
    private var sender: String?
    private var recipients: [String] = []
    private var user: String?
    private var signIn: TestSignIn?
    private var isProtected: Bool
    /// A delayed or missing answer holds up what comes behind it.
    private var isHeld = false
    private var ignoresInput = false

    init(_ options: SMTPTestServer.Options, _ tls: NIOSSLContext?, _ record: SMTPTestRecord) {
        self.options = options
        self.tls = tls
        self.record = record
        number = record.connect()
        isProtected = options.isTLSImplicit && tls != nil
    }

    func channelActive(context: ChannelHandlerContext) {
        answer(context, .greeting, "") { $0.reply(220, "test.invalid ESMTP") }
        flush(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !ignoresInput else { return }
        var arrived = unwrapInboundIn(data)
        buffer.writeBuffer(&arrived)
        proceed(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) { flush(context) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Reading

    private func proceed(_ context: ChannelHandlerContext) {
        while !isHeld && !ignoresInput {
            if message != nil {
                guard takeMessage(context) else { break }
            } else {
                guard let line = takeLine() else { break }
                record.note(line, connection: number)
                command(context, line)
            }
        }
        buffer.discardReadBytes()
    }

    private func takeLine() -> String? {
        guard let end = buffer.readableBytesView.firstIndex(of: 0x0A) else {
            if buffer.readableBytes > Self.maxLineBytes { ignoresInput = true }
            return nil
        }
        let line = buffer.readString(length: end - buffer.readerIndex + 1) ?? ""
        return line.trimmingCharacters(in: .newlines)
    }

    /// The message ends with a dot on a line of its own, and with nothing else.
    private func takeMessage(_ context: ChannelHandlerContext) -> Bool {
        guard var message else { return false }
        message.writeBuffer(&buffer)
        // The end may have come in two pieces, and the message may be empty.
        let view = message.readableBytesView
        guard let end = Self.endIndex(view) else {
            self.message = message
            return false
        }
        let body = Array(view[..<end])
        buffer = ByteBuffer(bytes: view[(end + 3)...])
        self.message = nil
        let mail = ReceivedMail(
            sender: sender ?? "", recipients: recipients, bytes: Self.unstuffed(body), connection: number,
            isProtected: isProtected, user: user)
        (sender, recipients) = (nil, [])
        answer(context, .end, "") { session in
            guard !mail.recipients.isEmpty else { return session.reply(554, "5.5.1 no valid recipients") }
            session.take(mail)
        } acceptFirst: {
            $0.keep(mail)
        }
        return true
    }

    /// Where the final dot stands; the line end before it belongs to the message.
    private static func endIndex(_ view: ByteBufferView) -> Int? {
        var from = view.startIndex
        while let dot = view[from...].firstIndex(of: 0x2E) {
            let startsLine =
                dot == view.startIndex || dot >= view.startIndex + 2 && view[dot - 1] == 0x0A && view[dot - 2] == 0x0D
            if startsLine, dot + 2 < view.endIndex, view[dot + 1] == 0x0D, view[dot + 2] == 0x0A { return dot }
            from = dot + 1
        }
        return nil
    }

    private static func unstuffed(_ body: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(body.count)
        for (index, byte) in body.enumerated() {
            let startsLine = index == 0 || body[index - 1] == 0x0A && (index < 2 || body[index - 2] == 0x0D)
            if byte == 0x2E && startsLine { continue }
            out.append(byte)
        }
        return out
    }

    private func take(_ mail: ReceivedMail) {
        if keep(mail) { reply(250, "2.0.0 taken") } else { reply(451, "4.3.0 the record cannot be written") }
    }

    @discardableResult
    private func keep(_ mail: ReceivedMail) -> Bool { (try? record.take(mail)) != nil }

    // MARK: Commands

    private func command(_ context: ChannelHandlerContext, _ line: String) {
        if let signIn { return proceed(signIn, with: line, context) }
        let verb = line.prefix { $0 != " " }.uppercased()
        let argument = String(line.dropFirst(verb.count + 1))
        switch verb {
        case "EHLO", "HELO": answer(context, .hello, argument) { $0.hello(isExtended: verb == "EHLO") }
        case "STARTTLS": startTLS(context)
        case "AUTH": answer(context, .auth, argument) { $0.beginSignIn(argument) }
        case "MAIL": answer(context, .mail, argument) { $0.mail(argument) }
        case "RCPT": answer(context, .recipient, argument) { $0.recipient(argument) }
        case "DATA": answer(context, .data, argument) { $0.data() }
        case "RSET":
            answer(context, .reset, argument) { session in
                (session.sender, session.recipients) = (nil, [])
                session.reply(250, "2.0.0 reset")
            }
        case "QUIT":
            answer(context, .quit, argument) { $0.reply(221, "2.0.0 bye") }
            flush(context)
            context.close(promise: nil)
        case "NOOP": reply(250, "2.0.0 ok")
        default: reply(500, "5.5.2 unknown command")
        }
    }

    private func hello(isExtended: Bool) {
        guard isExtended else { return reply(250, "test.invalid") }
        var lines = ["test.invalid"] + options.extensions
        if tls != nil && !isProtected { lines.append("STARTTLS") }
        if !options.users.isEmpty && !options.mechanisms.isEmpty {
            lines.append("AUTH " + options.mechanisms.joined(separator: " "))
        }
        reply(250, lines)
    }

    private func startTLS(_ context: ChannelHandlerContext) {
        guard let tls, !isProtected else { return reply(502, "5.5.1 no TLS here") }
        answer(context, .startTLS, "") { session in
            session.reply(220, "2.0.0 go ahead")
            session.flush(context)
            session.isProtected = true
            session.buffer.clear()
            // It fails only for a pipeline that is gone.
            try? context.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls), position: .before(session))
        }
    }

    private func mail(_ argument: String) {
        guard options.users.isEmpty || user != nil else { return reply(530, "5.7.0 sign in first") }
        guard sender == nil else {
            record.noteNestedMail()
            return reply(503, "5.5.1 nested MAIL command")
        }
        sender = Self.path(argument)
        recipients = []
        reply(250, "2.1.0 ok")
    }

    private func recipient(_ argument: String) {
        guard sender != nil else { return reply(503, "5.5.1 need MAIL first") }
        recipients.append(Self.path(argument))
        reply(250, "2.1.5 ok")
    }

    private func data() {
        guard sender != nil, !recipients.isEmpty else { return reply(554, "5.5.1 no valid recipients") }
        message = ByteBuffer()
        reply(354, "end with a dot")
    }

    private static func path(_ argument: String) -> String {
        guard let open = argument.firstIndex(of: "<"), let close = argument.lastIndex(of: ">"), open < close else {
            return ""
        }
        return String(argument[argument.index(after: open)..<close])
    }

    // MARK: Signing in

    private func beginSignIn(_ argument: String) {
        let words = argument.split(separator: " ").map(String.init)
        guard let mechanism = words.first?.uppercased(), options.mechanisms.contains(mechanism) else {
            return reply(504, "5.5.4 unknown mechanism")
        }
        let begun = TestSignIn(mechanism)
        guard words.count > 1 || mechanism != "LOGIN" else {
            signIn = begun
            return reply(334, "VXNlcm5hbWU6")
        }
        finish(begun, with: words.count > 1 ? words[1] : "")
    }

    private func proceed(_ begun: TestSignIn, with line: String, _ context: ChannelHandlerContext) {
        signIn = nil
        var begun = begun
        if begun.isRefused { return reply(535, "5.7.8 not accepted") }
        if begun.mechanism == "LOGIN" && begun.user == nil {
            begun.user = Self.decoded(line)
            signIn = begun
            return reply(334, "UGFzc3dvcmQ6")
        }
        finish(begun, with: line)
    }

    private func finish(_ begun: TestSignIn, with line: String) {
        let text = Self.decoded(line)
        let (name, secret): (String?, String?)
        switch begun.mechanism {
        case "PLAIN":
            let parts = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
            (name, secret) = parts.count == 3 ? (parts[1], parts[2]) : (nil, nil)
        case "LOGIN": (name, secret) = (begun.user, text)
        default:
            let parts = text.split(separator: "\u{1}").map(String.init)
            name = parts.first { $0.hasPrefix("user=") }.map { String($0.dropFirst(5)) }
            secret = parts.first { $0.hasPrefix("auth=Bearer ") }.map { String($0.dropFirst(12)) }
        }
        if let name, let secret, options.users[name] == secret {
            user = name
            return reply(235, "2.7.0 welcome")
        }
        guard begun.mechanism == "XOAUTH2" else { return reply(535, "5.7.8 user name or password not accepted") }
        // The reason comes as a challenge first, as Google and Microsoft do.
        var refused = begun
        refused.isRefused = true
        signIn = refused
        reply(334, Data(#"{"status":"400"}"#.utf8).base64EncodedString())
    }

    private static func decoded(_ line: String) -> String {
        Data(base64Encoded: line).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    // MARK: Answering

    /// Does the right thing, or what the test wants instead.
    private func answer(
        _ context: ChannelHandlerContext, _ point: SMTPTestEvent.Point, _ argument: String,
        _ right: @escaping (SMTPTestSession) -> Void, acceptFirst: ((SMTPTestSession) -> Void)? = nil
    ) {
        let event = SMTPTestEvent(point: point, argument: argument, connection: number, count: record.count(point))
        switch options.fault(event) {
        case nil: right(self)
        case .reply(let code, let text): reply(code, text)
        case .lines(let code, let lines): reply(code, lines)
        case .replyAndClose(let code, let text):
            reply(code, text)
            close(context)
        case .close: close(context)
        case .stall: ignoresInput = true
        case .stopReading:
            ignoresInput = true
            // Setting an option of an open channel cannot fail.
            _ = context.channel.setOption(.autoRead, value: false)
        case .delay(let duration): hold(context, duration, right)
        case .acceptAndClose:
            acceptFirst?(self)
            close(context)
        case .endlessLine:
            output.writeString("250 " + String(repeating: "x", count: 100_000))
        case .raw(let text): output.writeString(text)
        }
        if point == .data && message != nil,
            let fault = options.fault(
                SMTPTestEvent(point: .body, argument: "", connection: number, count: record.count(.body)))
        {
            switch fault {
            case .close: close(context)
            case .replyAndClose(let code, let text):
                reply(code, text)
                close(context)
            default:
                ignoresInput = true
                _ = context.channel.setOption(.autoRead, value: false)
            }
        }
    }

    private func hold(
        _ context: ChannelHandlerContext, _ duration: Duration, _ right: @escaping (SMTPTestSession) -> Void
    ) {
        isHeld = true
        flush(context)
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) {
            guard context.channel.isActive else { return }
            self.isHeld = false
            right(self)
            self.proceed(context)
            self.flush(context)
        }
    }

    private func close(_ context: ChannelHandlerContext) {
        ignoresInput = true
        flush(context)
        context.close(promise: nil)
    }

    private func reply(_ code: Int, _ text: String) { reply(code, [text]) }

    private func reply(_ code: Int, _ lines: [String]) {
        for (index, line) in lines.enumerated() {
            output.writeString("\(code)\(index == lines.count - 1 ? " " : "-")\(line)\r\n")
        }
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard output.readableBytes > 0 else { return }
        let taken = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(taken), promise: nil)
    }
}

private struct TestSignIn {
    let mechanism: String
    var user: String?
    var isRefused = false

    init(_ mechanism: String) { self.mechanism = mechanism }
}
