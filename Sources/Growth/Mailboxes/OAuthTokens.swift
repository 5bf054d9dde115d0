import Foundation
import Outbound
import Store

/// Access tokens of mailboxes, kept in memory until shortly before they expire; whoever asks while one is fetched waits for that one.
public actor OAuthTokens {
    nonisolated let providers: [OAuthProvider]
    private let exchange = FormExchange()
    private var kept: [EntityID<Mailbox>: Kept] = [:]
    private var underWay: [EntityID<Mailbox>: Task<Tokens, any Error>] = [:]

    /// Before a token expires a new one is fetched.
    static let margin: TimeInterval = 120

    private struct Kept {
        let refreshToken: HiddenText
        let token: HiddenText
        let until: Date
    }

    /// What a provider answers.
    struct Tokens: Sendable {
        let access: HiddenText
        let lifetime: TimeInterval
        /// A new one, in the place of the one that was sent.
        let refresh: HiddenText?
    }

    public init(_ providers: [OAuthProvider] = []) { self.providers = providers }

    nonisolated func provider(_ provider: Mailbox.Provider) throws(OAuthError) -> OAuthProvider {
        guard let found = providers.first(where: { $0.provider == provider }) else { throw .notConfigured }
        return found
    }

    /// - Returns: an access token, and the refresh token that is to be kept from now on where it is another.
    func access(
        to mailbox: EntityID<Mailbox>, of provider: OAuthProvider, refreshToken: HiddenText, now: Date
    ) async throws -> (token: HiddenText, renewed: HiddenText?) {
        if let known = kept[mailbox], known.refreshToken == refreshToken, now < known.until {
            return (known.token, nil)
        }
        if let task = underWay[mailbox] { return (try await task.value.access, nil) }
        let task = Task {
            try await fetch([("grant_type", "refresh_token"), ("refresh_token", refreshToken.text)], provider)
        }
        underWay[mailbox] = task
        defer { underWay[mailbox] = nil }
        let tokens = try await task.value
        kept[mailbox] = Kept(
            refreshToken: tokens.refresh ?? refreshToken, token: tokens.access,
            until: now.addingTimeInterval(max(0, tokens.lifetime - Self.margin)))
        return (tokens.access, tokens.refresh == refreshToken ? nil : tokens.refresh)
    }

    func forget(_ mailbox: EntityID<Mailbox>) { kept[mailbox] = nil }

    /// Asks the provider. Throws `OAuthError`.
    nonisolated func fetch(
        _ fields: [(name: String, value: String)], _ provider: OAuthProvider
    ) async throws(OAuthError) -> Tokens {
        let client = [("client_id", provider.clientId), ("client_secret", provider.clientSecret.text)]
        let answer: (status: Int, body: Data)
        do throws(OutboundError) {
            answer = try await exchange.post(
                fields + client.map { (name: $0.0, value: $0.1) }, to: provider.tokenAddress)
        } catch {
            throw .unreachable
        }
        let document = (try? Value(json: String(decoding: answer.body, as: UTF8.self)))?.object
        guard answer.status == 200 else {
            guard let word = document?["error"]?.string, answer.status < 500 else { throw .unreachable }
            // Its description may repeat what it was told; the word is one of a few.
            throw word == "invalid_grant" ? .revoked : .refused(String(word.prefix(60)))
        }
        guard let token = document?["access_token"]?.string, !token.isEmpty else { throw .unreachable }
        return Tokens(
            access: HiddenText(token), lifetime: TimeInterval(document?["expires_in"]?.int ?? 3_600),
            refresh: document?["refresh_token"]?.string.map { HiddenText($0) })
    }
}
