import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends a form to a server that the installation's settings name, and takes its answer.
///
/// Over TLS with the certificate verified; unprotected to this very machine only. No redirect is followed: what is sent is meant for that
/// server and for no other.
public struct FormExchange: Sendable {
    public static let maxAnswerBytes = 64 << 10
    private static let patience = TimeAmount.seconds(15)
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow, timeout: .init(connect: patience)))

    public init() {}

    public func post(
        _ fields: [(name: String, value: String)], to address: URL
    ) async throws(OutboundError) -> (status: Int, body: Data) {
        guard Self.isAllowed(address) else { throw .notAllowed }
        var request = HTTPClientRequest(url: address.absoluteString)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Accept", value: "application/json")
        request.body = .bytes(ByteBuffer(string: Self.encoded(fields)))
        do {
            let answer = try await Self.client.execute(request, timeout: Self.patience)
            let body = try await answer.body.collect(upTo: Self.maxAnswerBytes)
            return (Int(answer.status.code), Data(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .tooMuch
        } catch {
            throw .unreachable
        }
    }

    public static func isAllowed(_ address: URL) -> Bool {
        switch address.scheme {
        case "https": address.host() != nil
        case "http": ["127.0.0.1", "::1", "localhost"].contains(address.host() ?? "")
        default: false
        }
    }

    /// As `application/x-www-form-urlencoded` has it.
    public static func encoded(_ fields: [(name: String, value: String)]) -> String {
        let kept = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        func plain(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: kept) ?? "" }
        return fields.map { "\(plain($0.name))=\(plain($0.value))" }.joined(separator: "&")
    }
}

public enum OutboundError: Error, Hashable {
    /// Neither https nor this very machine.
    case notAllowed
    case unreachable
    /// More than any answer has to say.
    case tooMuch
}
