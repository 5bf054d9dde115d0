import Crypto
import Foundation
import Testing

@testable import MailMIME

@Suite struct DKIMTests {
    private static let date = Date(timeIntervalSince1970: 1_795_000_000)

    /// The example of RFC 6376 section 3.4.5, in relaxed form.
    @Test func `the relaxed form is that of the standard`() {
        let message = Array("A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n".utf8)
        let (headers, start) = DKIMCanonical.headers(of: message)
        #expect(
            headers.map { String(decoding: DKIMCanonical.header($0.name, $0.value), as: UTF8.self) } == [
                "a:X", "b:Y Z",
            ])
        #expect(String(decoding: DKIMCanonical.body(message[start...]), as: UTF8.self) == " C\r\nD E\r\n")
        #expect(DKIMCanonical.body([]).isEmpty && DKIMCanonical.body(Array("\r\n\r\n".utf8)[...]).isEmpty)
    }

    @Test(
        .enabled("needs dkimpy and pynacl") {
            let hasSigner = await Tool.hasPythonModule("dkim")
            return await Tool.hasPythonModule("nacl") && hasSigner
        })
    func `signed mails verify, with either kind of key, and a second From does not`() async throws {
        let folder = try MailFolder()
        try await Tool.run(
            "/usr/bin/openssl", ["genrsa", "-traditional", "-out", folder.path + "/rsa.pem", "2048"], folder: folder)
        let pem = try String(contentsOfFile: folder.path + "/rsa.pem", encoding: .utf8)
        let der = try await Tool.run(
            "/bin/sh", ["-c", "openssl rsa -in \"$0\" -pubout -outform DER 2>/dev/null", folder.path + "/rsa.pem"],
            folder: folder)
        let edKey = Curve25519.Signing.PrivateKey()
        let signers = [
            try DKIMSigner(domain: "example.com", selector: "r1", rsaKeyPEM: pem),
            try DKIMSigner(domain: "example.com", selector: "e1", ed25519Key: edKey.rawRepresentation),
        ]
        let count = Thorough.isAsked ? 500 : 40
        let mails = try (0..<count).map { index in
            var message = try OutgoingMessage.sample(
                subject: "عرض رقم \(index) لشركة الأفق للتدريب والتوظيف في الرياض",
                text: "سطر  بفراغين \n\n.\nنهاية\n\n", html: "<p>x</p> \n")
            message.unsubscribe = .init(
                url: "https://t.example.com/u/\(index)", mailto: try MailAddress("out@example.com"))
            message.references = try (0..<(index % 12)).map { try MessageID("\($0)@example.com") }
            return try signers[index % 2].signed(message.encoded(), at: Self.date)
        }
        let forged = mails.map { EncodedMessage(bytes: Array("From: Evil <evil@example.net>\r\n".utf8) + $0.bytes) }
        let bent = mails.map { EncodedMessage(bytes: $0.bytes.dropLast(8) + Array("x\r\n".utf8)) }
        #expect(try await verify(mails, der, edKey.publicKey.rawRepresentation) == Array(repeating: true, count: count))
        #expect(
            try await verify(forged, der, edKey.publicKey.rawRepresentation) == Array(repeating: false, count: count))
        #expect(try await verify(bent, der, edKey.publicKey.rawRepresentation) == Array(repeating: false, count: count))
        #expect(try await SeenMail.read(mails).allSatisfy { $0.longest_head <= 78 && $0.bare == 0 })
    }

    @Test func `a key is read as PEM of either kind, and its record is what openssl makes of it`() async throws {
        let folder = try MailFolder()
        for (kind, options) in [
            ("rsa", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
            ("ed25519", ["genpkey", "-algorithm", "ed25519"]),
        ] {
            let path = folder.path + "/\(kind).pem"
            try await Tool.run("/usr/bin/openssl", options + ["-out", path], folder: folder)
            let pem = try String(contentsOfFile: path, encoding: .utf8)
            let signer = try DKIMSigner(domain: "example.com", selector: "s1", keyPEM: pem)
            let der = try await Tool.run(
                "/usr/bin/openssl", ["pkey", "-in", path, "-pubout", "-outform", "DER"], folder: folder)
            let key = kind == "rsa" ? der : der.suffix(32)
            #expect(signer.record == "v=DKIM1; k=\(kind); p=\(key.base64EncodedString())")
            #expect(signer.recordName == "s1._domainkey.example.com")
        }
        let made = try DKIMSigner.newKeyPEM()
        #expect(
            try DKIMSigner(domain: "example.com", selector: "s", keyPEM: made).record.hasPrefix("v=DKIM1; k=rsa; p="))
        for pem in ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "\u{0}\n-----END"] {
            #expect(throws: DKIMError.unreadableKey) {
                try DKIMSigner(domain: "example.com", selector: "s", keyPEM: pem)
            }
        }
    }

    private func verify(_ mails: [EncodedMessage], _ rsa: Data, _ ed: Data) async throws -> [Bool] {
        var input = Data()
        for mail in mails { input += Data("\(mail.bytes.count)\n".utf8) + Data(mail.bytes) }
        let folder = try MailFolder()
        let output = try await Tool.run(
            Tool.python,
            [Tool.referenceFolder + "/verify_dkim.py", rsa.base64EncodedString(), ed.base64EncodedString()],
            input: input,
            folder: folder)
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map { $0 == "True" }
    }

    @Test func `short keys and names that are none are refused`() async throws {
        let key = Curve25519.Signing.PrivateKey().rawRepresentation
        for (domain, selector) in [("example.com;x", "s"), ("example.com", "s\r\n"), ("", "s"), ("example.com", "")] {
            #expect(throws: DKIMError.badName) { try DKIMSigner(domain: domain, selector: selector, ed25519Key: key) }
        }
        let folder = try MailFolder()
        try await Tool.run(
            "/usr/bin/openssl", ["genrsa", "-traditional", "-out", folder.path + "/rsa.pem", "1024"], folder: folder)
        let pem = try String(contentsOfFile: folder.path + "/rsa.pem", encoding: .utf8)
        #expect(throws: (any Error).self) { try DKIMSigner(domain: "example.com", selector: "s", rsaKeyPEM: pem) }
    }
}
