import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Sends a file that stays where it is, piece by piece.
enum FileAnswer {
    static let workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    private static let pieceBytes = 65_536

    /// - Parameter name: plain ASCII, for the browser to save it as.
    static func workbook(_ path: URL, name: String) async throws -> Response {
        let handle = try FileHandle(forReadingFrom: path)
        let size = try await Waiting.run {
            let size = try handle.seekToEnd()
            try handle.seek(toOffset: 0)
            return size
        }
        let body = ResponseBody(contentLength: Int(clamping: size)) { writer in
            while let piece = try await Waiting.run({ try handle.read(upToCount: pieceBytes) }), !piece.isEmpty {
                try await writer.write(ByteBuffer(bytes: piece))
            }
            try handle.close()
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: workbookType, .contentDisposition: "attachment; filename=\"\(name)\"",
                .cacheControl: "no-store",
            ],
            body: body)
    }
}
