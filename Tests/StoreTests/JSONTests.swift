import Foundation
import Store
import Testing

@Suite struct JSONTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("0", 0), ("-0", -0.0), ("-1", -1), ("1.0", 1.0),
            ("1e2", 100.0), ("1E-2", 0.01),
            ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
            ("9223372036854775808", 9.223372036854775808e18),
            ("123456789012345678901234567890", 123456789012345678901234567890.0), ("[]", []), ("{}", [:]),
            ("[1,[2]]", [1, [2]]),
            (#"{"a":{"b":null}}"#, ["a": ["b": nil]]), (#"{"a":1,"b":2,"a":3}"#, ["a": 3, "b": 2]), ("\"\"", ""),
            ("\"نص\"", "نص"),
            (#""\u0646\u0635""#, "نص"), (#""\ud83d\ude00""#, "😀"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0000""#, "\0"),
            ("\"\u{7f}\u{2028}\"", "\u{7f}\u{2028}"), ("\n\t\r [ 1 , 2 ] ", [1, 2]), (#"{"":0}"#, ["": 0]),
            ("\"\u{10FFFF}\"", "\u{10FFFF}"),
        ] as [(String, Value)])
    func `what the grammar has is read`(_ text: String, _ value: Value) throws {
        #expect(try Value(json: text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "1 2", "[",
        "[1", "[1,", "[1,]",
        "[,1]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}",
        "{1:1}", "\"", "\"a", "'a'",
        "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\ud800\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\"",
        "\"\\udc00\"", "\"\n\"", "\"\t\"", "\"\0\"",
        "\u{FEFF}1", "1,", "[1]]", "{}{}", "// x\n1", "[1 /* x */]", "\u{A0}1", "[\"a\" \"b\"]", "--1", "1e5.5", "-01",
        "\"\\u 123\"",
    ])
    func `what the grammar lacks is refused`(_ text: String) {
        let error = #expect(throws: JSONError.self) { try Value(json: text) }
        #expect((error?.offset ?? -1) >= 0 && (error?.offset ?? .max) <= text.utf8.count)
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xD8, 0x22], [0xFF], [0x00],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try Value(json: bytes) }
    }

    @Test func `depth is bounded and the error says where`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try Value(json: nested(64))
        #expect(throws: JSONError(reason: .tooDeep, offset: 64)) { try Value(json: nested(65)) }
        #expect(throws: JSONError(reason: .tooDeep, offset: 64)) {
            try Value(json: String(repeating: "[", count: 100_000))
        }
        #expect(throws: JSONError(reason: .tooDeep, offset: 5)) { try Value(json: #"{"a":[]}"#, maxDepth: 1) }
    }

    @Test func `an error names its byte`() {
        #expect(throws: JSONError(reason: .unexpectedByte, offset: 4)) { try Value(json: "[1, x]") }
        #expect(throws: JSONError(reason: .unexpectedEnd, offset: 3)) { try Value(json: "[1,") }
        #expect(throws: JSONError(reason: .trailingBytes, offset: 2)) { try Value(json: "1 2") }
    }

    @Test func `a cut text is always refused and never crashes`() throws {
        let bytes = Array(#"{"a":[1,-2.5e3,"\u0646\ud83d\ude00نص",{"b":null,"c":true}],"d":"x\\"}"#.utf8)
        _ = try Value(json: bytes)
        for end in bytes.indices { #expect(throws: JSONError.self) { try Value(json: bytes[..<end]) } }
    }

    @Test func `any byte anywhere is read or refused, and never crashes`() throws {
        let bytes = Array(#"{"a":[1,-2.5e3,"\u0646نص",{"b":null}]}"#.utf8)
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<20_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1..<4, using: &numbers) {
                changed[Int.random(in: changed.indices, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            guard let value = try? Value(json: changed) else { continue }
            #expect(try Value(json: value.json) == value)
        }
    }

    @Test(
        arguments: [
            (.null, "null"), (1, "1"), (1.0, "1.0"), (.double(.nan), "null"),
            ("a\"\\\n\u{1}\u{7f}/", "\"a\\\"\\\\\\n\\u0001\u{7f}/\""), (["نص": [1, true]], "{\"نص\":[1,true]}"),
            (.date(Date(milliseconds: 1_700_000_000_123)), "\"2023-11-14T22:13:20.123Z\""),
            (.date(Date(milliseconds: -1)), "\"1969-12-31T23:59:59.999Z\""),
            (.date(Date(milliseconds: 951_782_400_000)), "\"2000-02-29T00:00:00.000Z\""),
            (.date(Date(milliseconds: 4_107_542_399_000)), "\"2100-02-28T23:59:59.000Z\""),
            (.date(Date(milliseconds: -62_135_596_800_000)), "\"0001-01-01T00:00:00.000Z\""),
            (.id(ObjectID(high: 0x0123_4567_89AB_CDEF, low: 0x0123_4567)), "\"0123456789abcdef01234567\""),
            (["$oid": "x"], "{\"$oid\":\"x\"}"),
        ] as [(Value, String)])
    func `plain JSON is what other programs expect`(_ value: Value, _ text: String) {
        #expect(value.json == text)
    }

    @Test(
        arguments: [
            .null, true, 1, 1.0, -0.0, .int(.min), .double(.infinity), .double(-.infinity), 1e300, "$", "",
            .date(Date(milliseconds: 5)), .date(Date(milliseconds: -5)),
            .id(ObjectID(high: 1, low: 2)), ["$date": 5], ["$oid": "0123456789abcdef01234567"], ["$$date": 5], ["$": 1],
            ["$number": "nan"], ["a": 1, "$date": 5],
            ["$date": .date(Date(milliseconds: 1))], [["$oid": .id(ObjectID(high: 1, low: 2))], ["x": [:]]], [:], [],
        ] as [Value])
    func `extended JSON gives back exactly what was written`(_ value: Value) throws {
        let read = try Value(json: value.json(.extended), form: .extended)
        #expect(read == value && read.json(.extended) == value.json(.extended))
    }

    @Test func `an int and a whole double stay apart`() throws {
        #expect(
            try Value(json: Value.array([1, 1.0]).json(.extended), form: .extended) == .array([.int(1), .double(1)]))
        #expect(Value.int(1) != Value.double(1))
    }
}
