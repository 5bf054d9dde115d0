import Foundation
import NIOCore
import NIOSSL

/// One connection of `IMAPTestServer`.
final class IMAPTestSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let options: IMAPTestServer.Options
    private let tls: NIOSSLContext?
    private let seen: SeenLines
    private var received = ByteBuffer()
    private var isProtected: Bool
    private var isSignedIn = false
    /// What the next lines mean, while a command goes on over several.
    private var next: ((String) -> Void)?

    init(_ options: IMAPTestServer.Options, _ tls: NIOSSLContext?, _ seen: SeenLines) {
        self.options = options
        self.tls = tls
        self.seen = seen
        isProtected = options.isTLSImplicit && tls != nil
    }

    func channelActive(context: ChannelHandlerContext) {
        // Behind TLS it goes out with the handshake.
        act("GREETING", "*", context) { self.say("* OK ready", context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var arrived = unwrapInboundIn(data)
        received.writeBuffer(&arrived)
        while let end = received.readableBytesView.firstIndex(of: 0x0A) {
            let bytes = received.readBytes(length: end + 1 - received.readerIndex) ?? []
            let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
            seen.note(line)
            if let meaning = next {
                next = nil
                meaning(line)
            } else {
                command(line, context)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func say(_ line: String, _ context: ChannelHandlerContext) { write(line + "\r\n", context) }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    private func act(_ name: String, _ tag: String, _ context: ChannelHandlerContext, _ right: () -> Void) {
        switch options.fault(name) {
        case nil: right()
        case .raw(let text)?: write(text.replacingOccurrences(of: "{tag}", with: tag), context)
        case .close?: context.close(promise: nil)
        case .stall?: break
        case .before(let text)?:
            write(text.replacingOccurrences(of: "{tag}", with: tag), context)
            right()
        }
    }

    private func command(_ line: String, _ context: ChannelHandlerContext) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let tag = words[0], name = words.count > 1 ? words[1].uppercased() : ""
        let rest = Array(words.dropFirst(2))
        act(name, tag, context) {
            switch name {
            case "CAPABILITY":
                let all = options.capabilities + (tls != nil && !isProtected ? ["STARTTLS"] : [])
                say("* CAPABILITY \(all.joined(separator: " "))", context)
                say("\(tag) OK done", context)
            case "STARTTLS": startTLS(tag, context)
            case "AUTHENTICATE": authenticate(tag, rest, context)
            case "LOGIN": logIn(tag, context)
            case "EXAMINE" where isSignedIn:
                say("* \(options.messageCount) EXISTS", context)
                say("* OK [UIDVALIDITY 4294967295] valid", context)
                say("* OK [UIDNEXT \(options.messageCount + 1)] next", context)
                say("\(tag) OK [READ-ONLY] open", context)
            case "LOGOUT":
                say("* BYE see you", context)
                say("\(tag) OK done", context)
                context.close(promise: nil)
            default: say("\(tag) BAD what", context)
            }
        }
    }

    private func startTLS(_ tag: String, _ context: ChannelHandlerContext) {
        guard let tls, !isProtected else { return say("\(tag) BAD not here", context) }
        isProtected = true
        say("\(tag) OK go ahead", context)
        // A handler made of a context that stands cannot fail to be added.
        try? context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .before(self))
    }

    private func authenticate(_ tag: String, _ words: [String], _ context: ChannelHandlerContext) {
        guard words.count > 1 else {
            next = { self.judge(tag, $0, context) }
            return say("+ ", context)
        }
        judge(tag, words[1], context)
    }

    private func judge(_ tag: String, _ answer: String, _ context: ChannelHandlerContext) {
        let plain = Data(base64Encoded: answer).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let parts = plain.split(separator: "\0").map(String.init)
        if parts.count == 2 { return end(tag, user: parts[0], password: parts[1], context) }
        let fields = plain.split(separator: "\u{1}").map(String.init)
        let user = fields.first.map { String($0.dropFirst("user=".count)) } ?? ""
        let token = fields.dropFirst().first.map { String($0.dropFirst("auth=Bearer ".count)) } ?? ""
        guard options.users[user] != token else { return end(tag, user: user, password: token, context) }
        next = { _ in self.end(tag, user: user, password: token, context) }
        say("+ eyJzdGF0dXMiOiI0MDAifQ==", context)
    }

    /// User and password come as literals, each on a line of its own.
    private func logIn(_ tag: String, _ context: ChannelHandlerContext) {
        next = { line in
            let user = line.split(separator: " ").first.map(String.init) ?? ""
            self.next = { self.end(tag, user: user, password: $0, context) }
            self.say("+ go on", context)
        }
        say("+ go on", context)
    }

    private func end(_ tag: String, user: String, password: String, _ context: ChannelHandlerContext) {
        isSignedIn = options.users[user] == password
        say(isSignedIn ? "\(tag) OK welcome" : "\(tag) NO [AUTHENTICATIONFAILED] wrong user or password", context)
    }
}
