import Foundation
import Testing

@testable import MailMIME

@Suite struct MailAddressTests {
    @Test(arguments: [
        ("sales@Example.COM", "sales@example.com"), ("\"a b\"@example.com", "\"a b\"@example.com"),
        ("\"a@evil.com\"@example.com", "\"a@evil.com\"@example.com"), ("x@[192.0.2.1]", "x@[192.0.2.1]"),
        ("x@[IPv6:2001:DB8::1]", "x@[IPv6:2001:db8::1]"), ("info@شركة.السعودية", "info@xn--ogbpi5d.xn--mgberp4a5d4ar"),
        ("info@bücher.example", "info@xn--bcher-kva.example"), ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
        ("أحمد@example.com", "أحمد@example.com"), ("info@شركة。السعودية", "info@xn--ogbpi5d.xn--mgberp4a5d4ar"),
        ("\"plain\"@example.com", "plain@example.com"),
    ])
    func `an address has one form`(_ text: String, _ form: String) throws {
        #expect(try MailAddress(text).description == form)
    }

    @Test(arguments: [
        ("", AddressError.empty), ("example.com", .noAt), ("@example.com", .noLocal), ("a@", .noDomain),
        ("a@b@example.com", .unexpectedCharacter), ("a b@example.com", .unexpectedCharacter),
        ("a\r\n@example.com", .unexpectedCharacter), ("a@example.com\r\nRCPT TO:<x@y.z>", .unexpectedCharacter),
        ("a@exam\u{0}ple.com", .unexpectedCharacter), ("\"a\nb\"@example.com", .unexpectedCharacter),
        ("a(comment)@example.com", .obsolete), (" a@example.com", .obsolete), ("a@example..com", .unexpectedCharacter),
        ("a@-example.com", .badDomain), ("a@192.0.2.1", .badDomain), ("a@[300.0.2.1]", .badLiteral),
        ("\"unclosed@example.com", .unclosed), ("a@\u{661}\u{6F1}.com", .badDomain), ("a@xn\u{2060}.com", .badDomain),
        ("<a@example.com>", .unexpectedCharacter),
    ])
    func `what is no address is refused with its reason`(_ text: String, _ reason: AddressError) {
        #expect(throws: reason) { try MailAddress(text) }
    }

    @Test func `the lengths of RFC 5321 are the limit, and one more is refused`() throws {
        let local = String(repeating: "a", count: 64), label = String(repeating: "b", count: 63)
        #expect(try MailAddress("\(local)@\(label).com").local == local)
        #expect(throws: AddressError.localTooLong) { try MailAddress("a\(local)@example.com") }
        #expect(throws: AddressError.domainTooLong) { try MailAddress("a@b\(label).com") }
        let long = [label, label, label].joined(separator: ".")
        #expect(throws: AddressError.tooLong) { try MailAddress("\(local)@\(long)") }
    }

    /// What is read quickly and what is read closely are the same.
    @Test func `the quick way and the long way agree`() throws {
        var random = SeededRandom(6)
        let pieces = Array("ab1.-@A_x.com".utf8)
        for _ in 0..<5_000 {
            let text = String(
                decoding: (0..<Int(random.next() % 12) + 3).map { _ in pieces[Int(random.next() % 13)] }, as: UTF8.self)
            // A comment behind it, which is refused, is taken off by the scanner: no address with one is read quickly.
            var scanner = AddressScanner((text + "(c)").utf8)
            let spec = try? scanner.addressSpec()
            let long = spec.flatMap { scanner.isAtEnd ? try? MailAddress(local: $0.local, domain: $0.domain) : nil }
            #expect((try? MailAddress(text)) == long, "\(text)")
        }
    }

    @Test func `only a local part beyond ASCII needs SMTPUTF8`() throws {
        #expect(try MailAddress("أحمد@example.com").needsSMTPUTF8)
        #expect(try !MailAddress("ahmad@شركة.السعودية").needsSMTPUTF8)
    }

    /// Two verdicts on each of the corpus' addresses: whether RFC 5322 lets it stand in a mail, and whether RFC 5321 lets it be sent to.
    @Test(.enabled(if: SharedData.exists("corpora/addresses/isemail.xml")))
    func `isemail's verdicts are ours, but for those listed`() throws {
        let cases = try IsEmailCase.all()
        #expect(cases.count == 164)
        var deviations: [Int: String] = [:]
        var agreed = 0
        for one in cases {
            for (name, ours, theirs) in [
                ("readable", one.isReadable, one.category != "ISEMAIL_ERR"),
                ("sendable", one.isSendable, one.isSendableByCorpus),
            ] {
                if ours == theirs {
                    agreed += 1
                } else {
                    deviations[one.id] = "\(name) \(ours): \(one.diagnosis) \(one.address)"
                }
            }
        }
        #expect(Double(agreed) >= 0.95 * Double(cases.count * 2))
        #expect(Set(deviations.keys) == Set(IsEmailCase.knownDeviations.keys), "\(deviations)")
    }

    @Test func `a list holds names, brackets, comments, groups and routes`() throws {
        let list = AddressList(
            parsing:
                "Ahmed <a@example.com>, \"B, C\" <b@example.com>, team: c@example.com, D. E. <d@example.com>;, (x) e@example.com (y),"
                + " <@hop.example:f@example.com>, broken, \"x <g@example.com>")
        #expect(
            list.addresses.map(\.address.description) == ["a", "b", "c", "d", "e", "f"].map { $0 + "@example.com" })
        #expect(list.addresses.map(\.name) == ["Ahmed", "B, C", nil, "D. E.", nil, nil])
        #expect(list.malformedCount == 2)
    }

    @Test func `a quoted local part with an at-sign never changes the domain`() throws {
        let list = AddressList(parsing: "\"victim@evil.com, x\"@example.com")
        #expect(list.addresses.map(\.address.domain) == ["example.com"])
    }

    @Test func `ten thousand nested groups are read at once`() {
        let clock = ContinuousClock()
        let deep = String(repeating: "g:", count: 10_000) + "a@example.com" + String(repeating: ";", count: 10_000)
        var list = AddressList(parsing: "")
        let time = clock.measure { list = AddressList(parsing: deep) }
        #expect(list.addresses.count == 1)
        #expect(time < .seconds(1))
        #expect(AddressList(parsing: String(repeating: "(", count: 60_000)).addresses.isEmpty)
        #expect(AddressList(parsing: String(repeating: "\"", count: 60_001)).addresses.isEmpty)
        #expect(AddressList(parsing: String(repeating: "<", count: 60_000)).addresses.isEmpty)
    }

    @Test func `Punycode is that of RFC 3492 both ways`() {
        for (text, code) in [
            ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"), ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"), ("bücher", "bcher-kva"),
            ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
        ] {
            #expect(Punycode.encode(Array(text.unicodeScalars)) == code)
            #expect(Punycode.decode(code[...]) == text)
        }
        for junk in ["99999999", "-", "a-b_c", "zzzzzzzzzzzzzzzzzz", "\u{e9}"] { _ = Punycode.decode(junk[...]) }
    }
}

struct IsEmailCase {
    var id = 0
    var address = ""
    var category = ""
    var diagnosis = ""

    /// Whether RFC 5322 reads it, comments and obsolete forms included.
    var isReadable: Bool {
        var scanner = AddressScanner(address.utf8)
        return (try? scanner.addressSpec()) != nil && scanner.isAtEnd
    }

    var isSendable: Bool { (try? MailAddress(address)) != nil }

    var isSendableByCorpus: Bool {
        ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"].contains(category)
    }

    /// Where we differ, and why.
    static let knownDeviations = [
        23: "a top-level domain that is a number: there is none, and it is mostly a mistyped IPv4 address",
        24: "an IPv4 address without brackets: as above",
        30: "a hyphen at the start of a label: RFC 5322 has no rule about it; sending to it is refused",
        31: "a hyphen at the end of a label: as above",
        102: "a hyphen at the end of the domain: as above",
        60: "64 characters with a needless backslash: we send it without, and it fits",
        160: "letters beyond ASCII: RFC 6531 allows them",
    ]

    static func all() throws -> [IsEmailCase] {
        let text = try SharedData.text("corpora/addresses/isemail.xml")
        return text.components(separatedBy: "<test id=").dropFirst().map { piece in
            var one = IsEmailCase()
            one.id = Int(piece.dropFirst().prefix { $0.isNumber }) ?? 0
            one.address = unescaped(element("address", piece))
            one.category = element("category", piece)
            one.diagnosis = element("diagnosis", piece)
            return one
        }
    }

    private static func element(_ name: String, _ text: String) -> String {
        guard let open = text.range(of: "<\(name)>"), let close = text.range(of: "</\(name)>") else { return "" }
        return String(text[open.upperBound..<close.lowerBound])
    }

    /// Characters by number; those of U+2400 on stand for the controls that XML cannot hold.
    private static func unescaped(_ text: String) -> String {
        var out = "", rest = text[...]
        while let amp = rest.firstIndex(of: "&"), let end = rest[amp...].firstIndex(of: ";") {
            out += rest[..<amp]
            let name = rest[rest.index(after: amp)..<end]
            if name.hasPrefix("#x"), let value = UInt32(name.dropFirst(2), radix: 16) {
                out.unicodeScalars.append(Unicode.Scalar(value) ?? " ")
            } else {
                out += ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"][String(name)] ?? ""
            }
            rest = rest[rest.index(after: end)...]
        }
        out += rest
        return String(
            String.UnicodeScalarView(
                out.unicodeScalars.map { scalar in
                    (0x2400...0x2421).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0x2400) ?? scalar : scalar
                }))
    }
}
