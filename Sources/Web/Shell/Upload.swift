import Foundation
import Growth
import HTTPTypes
import Hummingbird
import NIOCore

/// What came with a file: the form's other fields, the file's name as the sender had it, its size.
///
/// The name is data: it is shown and stored, and never becomes part of a path.
public struct Upload: Sendable {
    public var fields: [String: String] = [:]
    public var fileName: String?
    public var bytes = 0
}

extension Visiting {
    /// Reads a form with one file, piece by piece, without ever holding the file.
    ///
    /// A form without JavaScript shows the session's token in its field `_csrf`, which must come before the file.
    /// Throws `WebError.tooLarge` beyond `limit` bytes in all, `.badForm` for what is no whole form with one file.
    public func upload(
        upTo limit: Int = WebLimits.uploadBytes, _ write: (ByteBuffer) async throws -> Void
    ) async throws -> Upload {
        guard let type = request.headers[.contentType], var parser = MultipartParser(contentType: type) else {
            throw WebError.badForm
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw WebError.tooLarge }
        var form = UploadForm(session: visit.principal?.session, isTokenShown: visit.isFormTokenShown)
        var received = 0
        for try await piece in request.body {
            received += piece.readableBytes
            guard received <= limit else { throw WebError.tooLarge }
            do {
                for event in try parser.read(piece.readableBytesView) {
                    if let data = try form.take(event) { try await write(ByteBuffer(bytes: data)) }
                }
            } catch is MultipartParser.Malformed {
                throw WebError.badForm
            }
        }
        guard parser.isWhole, form.upload.fileName != nil else { throw WebError.badForm }
        return form.upload
    }
}

/// Sorts the events of a form into fields and the one file.
struct UploadForm {
    static let maxFieldBytes = 65_536

    let session: Session?
    var isTokenShown: Bool
    private(set) var upload = Upload()
    private var field: (name: String, bytes: [UInt8])?

    init(session: Session?, isTokenShown: Bool) {
        self.session = session
        self.isTokenShown = isTokenShown
    }

    /// The file's next bytes, if the event has some.
    mutating func take(_ event: MultipartParser.Event) throws -> [UInt8]? {
        switch event {
        case .part(let name, nil): field = (name, [])
        case .part(_, let fileName?):
            guard isTokenShown else { throw WebError.crossSite }
            guard upload.fileName == nil else { throw WebError.badForm }
            upload.fileName = fileName
            field = nil
        case .data(let bytes):
            guard field != nil else {
                upload.bytes += bytes.count
                return bytes
            }
            field?.bytes += bytes
            guard (field?.bytes.count ?? 0) <= Self.maxFieldBytes else { throw WebError.tooLarge }
        case .partEnd:
            guard let ended = field else { break }
            guard let text = String(validating: ended.bytes, as: UTF8.self) else { throw WebError.badForm }
            if ended.name == FormToken.field {
                try FormToken.check(text, session)
                isTokenShown = true
            } else {
                upload.fields[ended.name] = text
            }
            field = nil
        }
        return nil
    }
}
