import NIOCore
import NIOPosix
import Testing

@testable import MailDNS

/// A name server in this process, over datagrams and, for what does not fit, TCP.
private final class NameServer: Sendable {
    let port: Int
    private let channels: [any Channel]

    /// - Parameter zone: `TXT example.sa` -> its texts.
    init(_ zone: [String: [String]], isCut: Bool = false, code: UInt8 = 0) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let tcp = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Streams(zone))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = tcp.localAddress?.port ?? 0
        let udp = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Datagrams(zone, isCut, code))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        channels = [tcp, udp]
    }

    func stop() async throws { for channel in channels { try await channel.close().get() } }

    static func answer(_ query: [UInt8], _ zone: [String: [String]], isCut: Bool = false, code: UInt8 = 0) -> [UInt8] {
        var labels: [String] = [], at = 12
        while query[at] != 0 {
            labels.append(String(decoding: query[(at + 1)...(at + Int(query[at]))], as: UTF8.self))
            at += 1 + Int(query[at])
        }
        let type = query[at + 2], names: [UInt8: String] = [1: "A", 12: "PTR", 15: "MX", 16: "TXT"]
        let texts = isCut ? [] : zone["\(names[type] ?? "?") \(labels.joined(separator: "."))"] ?? []
        var bytes = Array(query[0..<2]) + [isCut ? 0x83 : 0x81, 0x80 | code, 0, 1, 0, UInt8(texts.count), 0, 0, 0, 0]
        bytes += query[12..<(at + 5)]
        for text in texts {
            let data = record(type, text)
            // The name points back at the question.
            bytes += [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
        }
        return bytes
    }

    private static func record(_ type: UInt8, _ text: String) -> [UInt8] {
        func name(_ text: String) -> [UInt8] {
            text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
        }
        switch type {
        case 1: return text.split(separator: ".").map { UInt8($0) ?? 0 }
        case 12: return name(text)
        case 15: return [0, 10] + name(text)
        default:
            let bytes = Array(text.utf8)
            return stride(from: 0, to: max(bytes.count, 1), by: 255).flatMap { start in
                let piece = bytes[start..<min(start + 255, bytes.count)]
                return [UInt8(piece.count)] + piece
            }
        }
    }

    private final class Datagrams: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        private let zone: [String: [String]], isCut: Bool, code: UInt8
        init(_ zone: [String: [String]], _ isCut: Bool, _ code: UInt8) {
            (self.zone, self.isCut, self.code) = (zone, isCut, code)
        }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data), query = Array(envelope.data.readableBytesView)
            // A stranger's guess comes first, and must not count.
            var guess = NameServer.answer(query, ["TXT example.sa": ["v=spf1 +all"]])
            guess[0] ^= 0xFF
            let right = NameServer.answer(query, zone, isCut: isCut, code: code)
            for bytes in [guess, right] {
                context.writeAndFlush(
                    NIOAny(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))),
                    promise: nil)
            }
        }
    }

    private final class Streams: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let zone: [String: [String]]
        init(_ zone: [String: [String]]) { self.zone = zone }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let answer = NameServer.answer(Array(unwrapInboundIn(data).readableBytesView.dropFirst(2)), zone)
            let bytes = [UInt8(answer.count >> 8), UInt8(answer.count & 0xFF)] + answer
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }
    }
}

@Suite struct DNSTests {
    private static let good: [String: [String]] = [
        "TXT example.sa": ["google-site=1", "v=spf1 include:_spf.google.com ~all"],
        "TXT _spf.google.com": ["v=spf1 ip4:192.0.2.0/24 ~all"],
        "TXT google._domainkey.example.sa": ["v=DKIM1; k=rsa; p=" + String(repeating: "A", count: 392)],
        "TXT _dmarc.example.sa": ["v=DMARC1; p=quarantine"], "MX example.sa": ["mx.example.sa"],
        "A smtp.gmail.com": ["192.0.2.7"], "PTR 7.2.0.192.in-addr.arpa": ["out.example.sa"],
        "A out.example.sa": ["192.0.2.7"],
    ]

    private func findings(
        _ zone: [String: [String]], _ domain: String = "example.sa", selectors: [String] = [],
        host: String? = "smtp.gmail.com", isCut: Bool = false, code: UInt8 = 0
    ) async throws -> [SenderFinding.Check: SenderFinding] {
        let server = try await NameServer(zone, isCut: isCut, code: code)
        let check = SenderCheck(dns: DNSClient(server: "127.0.0.1", port: server.port, timeout: .seconds(20)))
        let findings = await check.findings(domain, selectors: selectors, host: host)
        try await server.stop()
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.check, $0) })
    }

    @Test func `the published key is held against the one that signs`() async throws {
        let long = String(repeating: "A", count: 392)
        let server = try await NameServer([
            "TXT s1._domainkey.example.sa": ["v=DKIM1; k=rsa; p=\(long)"],
            "TXT s2._domainkey.example.sa": ["v=DKIM1; p="],
            "A a.root-servers.net": ["198.41.0.4"],
        ])
        let check = SenderCheck(dns: DNSClient(server: "127.0.0.1", port: server.port))
        func code(_ selector: String, _ key: String) async -> SenderFinding.Code? {
            let signing = SenderCheck.SigningKey(
                name: "\(selector)._domainkey.example.sa", record: "v=DKIM1; k=rsa; p=\(key)")
            return await check.findings("example.sa", signing: signing).first { $0.check == .dkim }?.code
        }
        #expect(await code("s1", long) == .fine)
        #expect(await code("s1", "B" + long.dropFirst()) == .differs)
        #expect(await code("s2", long) == .revoked)
        #expect(await code("s3", long) == .missing)
        try await server.stop()
    }

    @Test(arguments: [true, false])
    func `a domain that is set up well has nothing to mend, over datagrams and over TCP`(_ isCut: Bool) async throws {
        let found = try await findings(Self.good, isCut: isCut)
        #expect(found.values.allSatisfy { $0.weight == .fine } && found.count == 5)
        #expect(found[.dkim]?.detail == "google" && found[.mx]?.detail == "mx.example.sa")
    }

    static let changes: [(String, [String], SenderFinding.Check, SenderFinding.Code)] = [
        ("TXT example.sa", [], .spf, .missing), ("TXT example.sa", ["v=spf1 +all"], .spf, .open),
        ("TXT example.sa", ["v=spf1 -all", "v=spf1 ~all"], .spf, .several),
        ("TXT example.sa", ["v=spf1 mx ~all"], .spf, .providerNotNamed),
        ("TXT example.sa", ["v=spf1 include:_spf.google.com"], .spf, .undecided),
        ("TXT example.sa", ["v=spf1 " + (0..<11).map { "a:\($0).example " }.joined() + "-all"], .spf, .tooManyLookUps),
        ("TXT _spf.google.com", ["v=spf1 include:example.sa ~all"], .spf, .fine),
        ("TXT google._domainkey.example.sa", [], .dkim, .notFound),
        ("TXT google._domainkey.example.sa", ["v=DKIM1; p="], .dkim, .revoked),
        ("TXT _dmarc.example.sa", [], .dmarc, .missing),
        ("TXT _dmarc.example.sa", ["v=DMARC1; p=none"], .dmarc, .watchesOnly),
        ("TXT _dmarc.example.sa", ["v=DMARC1"], .dmarc, .unreadable),
        ("TXT _dmarc.example.sa", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], .dmarc, .several),
        ("MX example.sa", [], .mx, .missing), ("MX example.sa", ["."], .mx, .missing),
        ("PTR 7.2.0.192.in-addr.arpa", [], .ptr, .missing), ("A out.example.sa", ["192.0.2.8"], .ptr, .notConfirmed),
    ]

    @Test(arguments: changes)
    func `what is wrong with a domain is named`(
        _ name: String, _ texts: [String], _ check: SenderFinding.Check, _ code: SenderFinding.Code
    ) async throws {
        var zone = Self.good
        zone[name] = texts
        let found = try await findings(zone)
        #expect(found[check]?.code == code)
        #expect(found.values.filter { $0.check != check }.allSatisfy { $0.weight == .fine })
    }

    @Test func `a subdomain without DMARC goes by the domain above it, and a selector that is named must be there`()
        async throws
    {
        let found = try await findings(Self.good, "mail.example.sa", selectors: ["own"], host: nil)
        #expect(found[.dmarc]?.code == .fine && found[.dkim]?.code == .missing && found[.ptr] == nil)
    }

    @Test func `where no name server answers, or it will not, that is what is said`() async throws {
        let found = try await findings(Self.good, code: 5)
        #expect(found.values.allSatisfy { $0.code == .notAnswered && $0.weight == .unknown })
        let port = try await Daemon.freePort()
        let nobody = DNSClient(server: "127.0.0.1", port: port, timeout: .milliseconds(200))
        await #expect(throws: DNSError.unreachable) { try await nobody.look(up: "example.sa", .txt) }
        await #expect(throws: DNSError.notAName) {
            try await nobody.look(up: "a..\(String(repeating: "x", count: 64))", .a)
        }
    }

    @Test func `a name server that knows no name at all is not believed`() async throws {
        let closed = try await findings([:])
        #expect(closed.values.allSatisfy { $0.code == .notAnswered })
        let open = try await findings(["A a.root-servers.net": ["198.41.0.4"]])
        #expect(open[.spf]?.code == .missing && open[.dkim]?.code == .notFound && open[.mx]?.code == .missing)
    }

    @Test func `answers that are cut, circular or made of chance end in no trap`() throws {
        let query = try #require(DNSMessage.query("example.sa", .txt, id: 7))
        let whole = NameServer.answer(query, Self.good)
        #expect(DNSMessage.answer(whole, to: "example.sa", .txt, id: 7)?.records.count == 2)
        #expect(DNSMessage.answer(whole, to: "example.sa", .txt, id: 8) == nil)
        #expect(DNSMessage.answer(whole, to: "example.com", .txt, id: 7) == nil)
        for length in whole.indices {
            #expect(DNSMessage.answer(Array(whole[..<length]), to: "example.sa", .txt, id: 7) == nil)
        }
        var random = SeededRandom(3)
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<3 {
                bytes[Int.random(in: 2..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            #expect(DNSMessage.answer(bytes, to: "example.sa", .txt, id: 7)?.records.count ?? 0 <= 256)
        }
        var circle = whole
        let name = 12 + "example.sa".utf8.count + 2 + 4
        (circle[name], circle[name + 1]) = (0xC0, UInt8(name))
        #expect(DNSMessage.answer(circle, to: "example.sa", .txt, id: 7) == nil)
    }
}
