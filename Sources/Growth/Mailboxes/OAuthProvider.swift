import Foundation

/// A provider whose mailboxes sign in by OAuth 2.0 (RFC 6749), as the team registered this program with it.
public struct OAuthProvider: Sendable {
    public let provider: Mailbox.Provider
    let authorizeAddress: URL
    let tokenAddress: URL
    let scope: String
    /// What the provider wants besides, so that it gives a token that lasts.
    let extras: [(name: String, value: String)]
    let clientId: String
    let clientSecret: HiddenText

    /// - Parameter server: a server of a test on this machine, in the place of the provider's.
    public static func google(clientId: String, clientSecret: HiddenText, server: URL? = nil) -> OAuthProvider? {
        make(
            .google, server, "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token",
            scope: "https://mail.google.com/", extras: [("access_type", "offline"), ("prompt", "consent")], clientId,
            clientSecret)
    }

    /// - Parameter tenant: the directory of the team; `nil`: of whoever signs in.
    public static func microsoft(
        clientId: String, clientSecret: HiddenText, tenant: String? = nil, server: URL? = nil
    ) -> OAuthProvider? {
        let base = "https://login.microsoftonline.com/\(tenant ?? "common")/oauth2/v2.0"
        return make(
            .microsoft, server, base + "/authorize", base + "/token",
            scope:
                "offline_access https://outlook.office.com/SMTP.Send https://outlook.office.com/IMAP.AccessAsUser.All",
            extras: [("prompt", "select_account")], clientId, clientSecret)
    }

    private static func make(
        _ provider: Mailbox.Provider, _ server: URL?, _ authorize: String, _ token: String, scope: String,
        extras: [(name: String, value: String)], _ clientId: String, _ clientSecret: HiddenText
    ) -> OAuthProvider? {
        guard let authorizeAddress = server?.appending(path: "authorize") ?? URL(string: authorize),
            let tokenAddress = server?.appending(path: "token") ?? URL(string: token)
        else { return nil }
        return OAuthProvider(
            provider: provider, authorizeAddress: authorizeAddress, tokenAddress: tokenAddress, scope: scope,
            extras: extras, clientId: clientId, clientSecret: clientSecret)
    }
}

/// Why there is no token.
public enum OAuthError: Error, Hashable {
    /// The settings hold no client of this provider.
    case notConfigured
    /// Whoever agreed took it back, or it is out of date: somebody must agree anew.
    case revoked
    /// The provider says no for another reason: its word for it (RFC 6749 section 5.2).
    case refused(String)
    case unreachable
    /// The answer holds no token that lasts.
    case noRefreshToken
    /// The way back from the provider is not the one that was begun by this person, or began too long ago.
    case strangeReturn
}
