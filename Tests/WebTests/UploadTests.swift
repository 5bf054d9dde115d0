import Foundation
import Growth
import Testing

@testable import Web

@Suite struct UploadTests {
    private static let form = """
        --AaB\r
        Content-Disposition: form-data; name="_csrf"\r
        \r
        token\r
        --AaB\r
        Content-Disposition: form-data; name="file"; filename="شركات \\%22.xlsx"\r
        Content-Type: application/octet-stream\r
        \r
        one\r
        --Aa\r
        \r
        --AaB--\r

        """

    /// The events with neighbouring data joined.
    private static func events(_ pieces: [ArraySlice<UInt8>]) throws -> [MultipartParser.Event] {
        var parser = try #require(MultipartParser(contentType: "multipart/form-data; boundary=AaB"))
        var joined: [MultipartParser.Event] = []
        for piece in pieces {
            for event in try parser.read(piece) {
                if case .data(let more) = event, case .data(let before)? = joined.last {
                    joined[joined.count - 1] = .data(before + more)
                } else {
                    joined.append(event)
                }
            }
        }
        try #require(parser.isWhole)
        return joined
    }

    @Test func `wherever the body is cut, the same parts come out`() throws {
        let bytes = Array(Self.form.utf8)
        let whole: [MultipartParser.Event] = [
            .part(name: "_csrf", fileName: nil), .data(Array("token".utf8)), .partEnd,
            .part(name: "file", fileName: #"شركات \".xlsx"#), .data(Array("one\r\n--Aa\r\n".utf8)), .partEnd,
        ]
        for cut in bytes.indices {
            #expect(try Self.events([bytes[..<cut], bytes[cut...]]) == whole, "\(cut)")
        }
        #expect(try Self.events(bytes.indices.map { bytes[$0...$0] }) == whole)
    }

    @Test(arguments: [
        "", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=a b",
    ])
    func `a content type without a boundary is refused`(_ type: String) {
        #expect(MultipartParser(contentType: type) == nil)
    }

    @Test(arguments: [
        "x", "--AaB", "--AaB\r\n\r\n", "--AaBxx", "preamble\r\n--AaB\r\n",
        "--AaB\r\nContent-Disposition: attachment\r\n\r\nx",
        "--AaB\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nnever ends",
    ])
    func `a body that is no whole form never counts as one`(_ body: String) throws {
        var parser = try #require(MultipartParser(contentType: "multipart/form-data; boundary=AaB"))
        do {
            _ = try parser.read(body.utf8)
            #expect(!parser.isWhole)
        } catch {
            #expect(error == .malformed)
        }
    }

    @Test func `a file that comes before the session's token is refused`() throws {
        var session = Growth.Session()
        session.csrfToken = "token"
        var early = UploadForm(session: session, isTokenShown: false)
        #expect(throws: WebError.crossSite) { try early.take(.part(name: "file", fileName: "a.xlsx")) }
        var right = UploadForm(session: session, isTokenShown: false)
        _ = try right.take(.part(name: "_csrf", fileName: nil))
        _ = try right.take(.data(Array("token".utf8)))
        _ = try right.take(.partEnd)
        _ = try right.take(.part(name: "file", fileName: "a.xlsx"))
        #expect(try right.take(.data([1, 2])) == [1, 2])
        #expect(right.upload.fileName == "a.xlsx" && right.upload.bytes == 2)
    }
}
