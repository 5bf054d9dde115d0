import Foundation
import Growth
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Store
import Testing

@testable import Web

/// The sample workbooks that lie beside the checkout and are no part of it.
enum Samples {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["ANWAL_SHARED"] { return URL(fileURLWithPath: path) }
        return URL(fileURLWithPath: #filePath).appending(path: "../../../../shared").standardized
    }()

    static let arePresent = FileManager.default.fileExists(atPath: folder.appending(path: "samples/expected.json").path)

    static func bytes(_ path: String) throws -> Data { try Data(contentsOf: folder.appending(path: path)) }

    static func expected(_ sample: String) throws -> Document {
        let text = try String(contentsOf: folder.appending(path: "samples/expected.json"), encoding: .utf8)
        return try #require(try Value(json: text).object?[sample]?.object)
    }
}

enum SmallList {
    /// Three companies, one twice; one address that is none; one row without a name.
    static let csv = Data(
        """
        اسم الشركة,المدينة,البريد الإلكتروني,الجوال,رمز
        شركة أفق البناء للمقاولات,الرياض,info@ufuq.example,0501234567,A1
        مصنع الرواد للحديد,جدة,info@,0559876543,A2
        شركة أفق البناء للمقاولات,,info@ufuq.example,0501234567,A3
        ,الدمام,x@dammam.example,0533334444,A4
        مؤسسة نخبة التوريدات,الخبر,sales@nukhba.example,0544445555,A5

        """.utf8)

    /// A zip whose directory names one entry twice, which no spreadsheet program writes.
    static let doubled: Data = {
        func le(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> ($0 * 8) & 0xFF) } }
        let name = Array("[Content_Types].xml".utf8)
        let common = le(0, 2) + le(0, 2) + le(0, 4) + le(0, 4) + le(0, 4) + le(0, 4) + le(name.count, 2) + le(0, 2)
        let local = le(0x0403_4B50, 4) + le(20, 2) + common + name
        func entry(_ offset: Int) -> [UInt8] {
            le(0x0201_4B50, 4) + le(20, 2) + le(20, 2) + common + le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4)
                + le(offset, 4) + name
        }
        let directory = entry(0) + entry(local.count)
        let end =
            le(0x0605_4B50, 4) + le(0, 2) + le(0, 2) + le(2, 2) + le(2, 2) + le(directory.count, 4)
            + le(local.count * 2, 4) + le(0, 2)
        return Data(local + local + directory + end)
    }()
}

extension Browsing {
    /// Sends a file the way a form does.
    func upload(_ path: String, _ bytes: Data, name: String = "list.csv") async throws -> TestResponse {
        let boundary = "AnwalBoundary"
        var body = ByteBuffer()
        if let csrf {
            body.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n\(csrf)\r\n")
        }
        body.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n")
        body.writeBytes(bytes)
        body.writeString("\r\n--\(boundary)--\r\n")
        var headers: HTTPFields = [
            .contentType: "multipart/form-data; boundary=\(boundary)", .origin: "http://localhost",
        ]
        if let token { headers[.cookie] = "\(SessionCookie.name(site.configuration))=\(token)" }
        return try await site.client.execute(uri: path, method: .post, headers: headers, body: body) { $0 }
    }

    /// What detection says of a file.
    func detect(_ bytes: Data, name: String = "list.csv") async throws -> Document {
        let response = try await upload("/api/imports/detect", bytes, name: name)
        #expect(response.status == .ok, "\(response.text.prefix(300))")
        return try #require(try response.value().object)
    }

    /// Detects and previews as proposed; `more` goes into the preview's request.
    func preview(_ bytes: Data, name: String = "list.csv", _ more: Document = Document()) async throws -> Document {
        let detected = try await detect(bytes, name: name)
        var request: Document = ["fileId": detected["fileId"] ?? .null, "mapping": detected["mapping"] ?? .null]
        for pair in more.pairs { request[pair.key] = pair.value }
        let response = try await json(.post, "/api/imports/preview", .object(request))
        #expect(response.status == .ok, "\(response.text.prefix(300))")
        return try #require(try response.value().object)
    }

    /// Runs what a preview showed to its end, and gives the log.
    func run(_ preview: Document) async throws -> Document {
        let started = try await json(.post, "/api/imports/execute", ["planToken": preview["planToken"] ?? .null])
        #expect(started.status == .accepted, "\(started.text.prefix(300))")
        try await site.platform.jobs.runUntilIdle()
        let id = try #require(try started.value().object?["_id"]?.string)
        return try #require(try await get("/api/imports/\(id)").value().object)
    }
}

extension Site {
    /// What lies in the folder of uploads.
    var uploads: [String] {
        // No folder: nothing was uploaded.
        (try? FileManager.default.subpathsOfDirectory(atPath: platform.imports.uploads.folder.path)) ?? []
    }
}

extension TestResponse {
    /// The code and the sentence of a refusal.
    func refusal() throws -> (code: String, message: String) {
        let error = try value().object?["error"]?.object
        return (error?["code"]?.string ?? "", error?["message"]?.string ?? "")
    }
}
