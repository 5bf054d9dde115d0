import ArgumentParser
import Foundation
import Growth
import Store
import StoreMongo
import StoreSQLite

/// What a server is started with. Arguments win over the environment, which wins over `anwal.env` in the data folder.
struct ServerSettings: Sendable {
    enum Key: String, CaseIterable, Sendable {
        /// The data folder. Default `./anwal-data`. Not read from the file, which lies in it.
        case data = "ANWAL_DATA"
        /// `host:port`. Default `127.0.0.1:8080`.
        case listen = "ANWAL_LISTEN"
        /// What links begin with. Default: the address that is listened on.
        case baseURL = "ANWAL_BASE_URL"
        /// `yes`: serve plain http on an address beyond this machine. Default `no`.
        case allowPlainHTTP = "ANWAL_ALLOW_PLAIN_HTTP"
        /// `yes`: believe `X-Forwarded-For` of a proxy in front. Default `no`.
        case trustProxy = "ANWAL_TRUST_PROXY"
        /// The secret that keys are derived from. Default: made once and kept in the data folder.
        case secret = "NEXTAUTH_SECRET"
        /// The secret before, until everything is sealed under the new one.
        case previousSecret = "NEXTAUTH_SECRET_PREVIOUS"
        /// Connections to each mailbox's server at a time. Default 10.
        case mailConnections = "ANWAL_MAIL_CONNECTIONS"
        /// This program as it is registered with Google and Microsoft, whose mailboxes then sign in without a password.
        case googleClient = "ANWAL_GOOGLE_CLIENT_ID"
        case googleSecret = "ANWAL_GOOGLE_CLIENT_SECRET"
        case microsoftClient = "ANWAL_MICROSOFT_CLIENT_ID"
        case microsoftSecret = "ANWAL_MICROSOFT_CLIENT_SECRET"
        /// The directory of the team at Microsoft. Default: of whoever signs in.
        case microsoftTenant = "ANWAL_MICROSOFT_TENANT"
        /// A server on this machine that stands for the providers, for tests.
        case oauthServer = "ANWAL_OAUTH_TEST_SERVER"
        /// The database server of teams that have outgrown one machine.
        case mongoDB = "MONGODB_URI"

        var isSecret: Bool {
            [.secret, .previousSecret, .mongoDB, .googleSecret, .microsoftSecret].contains(self)
        }
    }

    enum Source: String, Sendable {
        case argument, environment, file
        case standard = "default"
    }

    private var values: [Key: (text: String, source: Source)] = [:]

    init(
        arguments: [Key: String], environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        for key in Key.allCases {
            if let text = environment[key.rawValue], !text.isEmpty { values[key] = (text, .environment) }
        }
        for (key, text) in arguments { values[key] = (text, .argument) }
        for (key, text) in try Self.read(folder.appending(path: "anwal.env")) where values[key] == nil && key != .data {
            values[key] = (text, .file)
        }
    }

    func text(_ key: Key) -> String? { values[key]?.text }
    func source(_ key: Key) -> Source { values[key]?.source ?? .standard }

    var folder: URL { URL(filePath: text(.data) ?? "./anwal-data").standardizedFileURL }

    func address() throws -> (host: String, port: Int) {
        let text = text(.listen) ?? "127.0.0.1:8080"
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port),
            colon > text.startIndex
        else { throw SettingsProblem(.listen, "an address and a port, for example 127.0.0.1:8080") }
        return (String(text[..<colon]).trimmingCharacters(in: ["[", "]"]), port)
    }

    func url() throws -> URL? {
        guard let text = text(.baseURL) else { return nil }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil else {
            throw SettingsProblem(.baseURL, "an address such as https://growth.example.sa")
        }
        return url
    }

    func connections() throws -> Int {
        guard let text = text(.mailConnections) else { return 10 }
        guard let count = Int(text), (1...200).contains(count) else {
            throw SettingsProblem(.mailConnections, "a number from 1 to 200")
        }
        return count
    }

    /// The providers whose mailboxes sign in without a password.
    func oauthProviders() throws -> [OAuthProvider] {
        let server = text(.oauthServer).flatMap { URL(string: $0) }
        if text(.oauthServer) != nil, server?.scheme != "http" || !["127.0.0.1", "localhost"].contains(server?.host()) {
            throw SettingsProblem(.oauthServer, "an address on this machine, such as http://127.0.0.1:9000")
        }
        func client(_ id: Key, _ secret: Key) throws -> (String, HiddenText)? {
            guard let name = text(id) else { return nil }
            guard let secret = text(secret) else {
                throw SettingsProblem(secret, "the secret that goes with \(id.rawValue)")
            }
            return (name, HiddenText(secret))
        }
        let google = try client(.googleClient, .googleSecret).flatMap {
            OAuthProvider.google(clientId: $0.0, clientSecret: $0.1, server: server)
        }
        let microsoft = try client(.microsoftClient, .microsoftSecret).flatMap {
            OAuthProvider.microsoft(
                clientId: $0.0, clientSecret: $0.1, tenant: text(.microsoftTenant), server: server)
        }
        return [google, microsoft].compactMap(\.self)
    }

    func isOn(_ key: Key) throws -> Bool {
        switch text(key)?.lowercased() {
        case nil, "no", "false", "0": return false
        case "yes", "true", "1": return true
        default: throw SettingsProblem(key, "yes or no")
        }
    }

    /// Throws for what would put people in danger: passwords in the clear over a network.
    func check() throws {
        let (host, _) = try address()
        let isLocal = ["127.0.0.1", "::1", "localhost"].contains(host)
        if !isLocal, try url()?.scheme != "https", try !isOn(.allowPlainHTTP) {
            throw SettingsProblem(
                .listen,
                "an address on this machine, or ANWAL_BASE_URL with https and a proxy in front, or ANWAL_ALLOW_PLAIN_HTTP=yes"
            )
        }
        // Processes that share a database must share its secret, so none is made up.
        if text(.mongoDB) != nil {
            guard let secret = text(.secret), !Self.placeholders.contains(secret.lowercased()) else {
                throw SettingsProblem(.secret, "a secret of your own, 32 bytes or more, the same for all processes")
            }
        }
    }

    /// What examples of settings say.
    private static let placeholders: Set<String> = [
        "secret", "changeme", "change-me", "change_me", "your-secret", "your-secret-here", "your-nextauth-secret",
        "replace-me", "development", "test",
    ]

    /// The store of the data folder, or the database that `MONGODB_URI` names.
    func openStore() throws -> any DocumentStore {
        if let uri = text(.mongoDB) { return try MongoStore(uri: uri) }
        return try SQLiteStore(folder: folder)
    }

    /// With https a proxy stands in front; all people behind it look like one unless its header is believed.
    var proxyWarning: String? {
        guard text(.baseURL)?.hasPrefix("https://") == true, text(.trustProxy) == nil else { return nil }
        return "ANWAL_BASE_URL is https, so a proxy stands in front: set ANWAL_TRUST_PROXY=yes if it sends "
            + "X-Forwarded-For, else no. Until then everybody shares one limit on sign-ins."
    }

    /// `KEY=value` lines; `#` begins a comment.
    private static func read(_ file: URL) throws -> [Key: String] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
        var values: [Key: String] = [:]
        for line in try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "="),
                let key = Key(rawValue: line[..<equals].trimmingCharacters(in: .whitespaces))
            else { continue }
            values[key] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        }
        return values
    }
}

/// A setting that cannot be used: names the key and what it takes, never the value.
struct SettingsProblem: Error, CustomStringConvertible {
    let key: ServerSettings.Key
    let takes: String

    init(_ key: ServerSettings.Key, _ takes: String) {
        self.key = key
        self.takes = takes
    }

    var description: String { "\(key.rawValue) takes \(takes)." }
}

/// The options that every command has.
struct FolderOptions: ParsableArguments {
    @Option(name: .long, help: "The data folder (ANWAL_DATA; default ./anwal-data).")
    var data: String?

    @Flag(name: .long, help: "One JSON document on standard output; messages on standard error.")
    var json = false

    func settings(_ more: [ServerSettings.Key: String] = [:]) throws -> ServerSettings {
        var arguments = more
        if let data { arguments[.data] = data }
        return try ServerSettings(arguments: arguments)
    }
}
