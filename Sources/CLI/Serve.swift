import ArgumentParser
import Foundation
import Growth
import Hummingbird
import Logging
import MailSMTP
import ServiceLifecycle
import Store
import StoreMongo
import StoreSQLite
import UnixSignals
import Web

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the pages and the API.",
        discussion: """
            The first start makes the data folder and prints a link with which the first administrator is made.

              anwal serve
              anwal serve --data /var/lib/anwal --listen 127.0.0.1:9000
            """)

    @OptionGroup var folder: FolderOptions

    @Option(name: .long, help: "Address and port (ANWAL_LISTEN; default 127.0.0.1:8080).")
    var listen: String?

    @Option(name: .long, help: "What links begin with (ANWAL_BASE_URL; default: the address).")
    var baseURL: String?

    func run() async throws {
        var arguments: [ServerSettings.Key: String] = [:]
        if let listen { arguments[.listen] = listen }
        if let baseURL { arguments[.baseURL] = baseURL }
        try await Failures.explained {
            let settings = try folder.settings(arguments)
            try settings.check()
            if let warning = settings.proxyWarning { Output.error(warning) }
            try await Server(settings: settings).run()
        }
    }
}

/// Every object that a running server consists of.
struct Server {
    let settings: ServerSettings
    /// Runs beside the server, with what it needs to talk to it; when it returns, the server stops.
    var companion: (@Sendable (Platform) async throws -> Void)?
    /// Whether the address of the settings is listened on; the socket in the data folder always is.
    var isPublic = true

    func run() async throws {
        let logger = Logger(label: "anwal")
        let folder = settings.folder
        let store = try settings.openStore()
        do {
            let secret = settings.text(.secret).map(InstallSecret.init)
            let previous = settings.text(.previousSecret).map(InstallSecret.init)
            let platform = try await Platform(
                store: store, folder: folder, secret: secret, previousSecret: previous,
                oauth: try settings.oauthProviders())
            var guards: [any Service] = []
            if let mongo = store as? MongoStore, !mongo.hasTransactions {
                logger.warning("MongoDB runs as a standalone server: only this one process may use the database")
                guards.append(try await soleProcess(on: store))
            }
            if !store.isShared { try await platform.jobs.releaseAll() }
            try await serve(platform, guards, logger)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    /// The lease of a database that takes one process; waits for one that was killed and could not give it back.
    private func soleProcess(on store: any DocumentStore) async throws -> SoleProcess {
        let sole = SoleProcess(store: store, now: { Date() })
        do {
            try await sole.take(patience: .zero)
        } catch is SoleProcess.Occupied {
            Output.error(
                Output.words(
                    "قاعدة البيانات لدى نسخة أخرى من البرنامج. إن كانت قد توقفت فجأة فستُحرَّر خلال نصف دقيقة…",
                    "Another process has the database. If it was killed, the database will be free in half a minute…"))
            try await sole.take()
        }
        return sole
    }

    private func serve(_ platform: Platform, _ guards: [any Service], _ logger: Logger) async throws {
        let socket = SocketPath.path(in: platform.folder)
        // Of several servers on one database and folder, the first answers the commands.
        let ownsSocket = !(platform.store.isShared && SocketPath.isListenedOn(socket))
        if ownsSocket { unlink(socket) }
        defer { if ownsSocket { unlink(socket) } }
        let (host, port) = try settings.address()
        let configuration = WebConfiguration(
            listener: .address(host: host, port: port), baseURL: try settings.url(),
            trustsProxy: try settings.isOn(.trustProxy), maxConnections: OpenFiles.forConnections())
        let tracking = Tracking(platform, links: configuration.mailLinks(platform))
        let delivery = Delivery(
            platform, links: tracking.links, client: try SMTPClient(), connections: try settings.connections())
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: platform.jobs), .init(service: Housekeeping(platform: platform)),
            .init(service: Reminders(platform: platform)),
        ]
        services += guards.map { .init(service: $0) }
        if ownsSocket {
            let console = try makeApplication(
                platform: platform, configuration: WebConfiguration(listener: .socket(path: socket)),
                tracking: tracking, logger: logger.quiet)
            services.append(.init(service: console))
        }
        if isPublic {
            // A command that opens the folder for a moment sends nothing.
            services += [.init(service: tracking), .init(service: delivery)]
            let application = try makeApplication(
                platform: platform, configuration: configuration, tracking: tracking, logger: logger.quiet
            ) { port in
                await Greeting(platform: platform, configuration: configuration, port: port).say()
            }
            services.append(.init(service: application))
        }
        if let companion {
            services.append(
                .init(
                    service: Companion { try await companion(platform) },
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup))
        }
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.quiet)
        group.maximumGracefulShutdownDuration = .seconds(20)
        try await ServiceGroup(configuration: group).run()
    }
}

private struct Companion: Service {
    let body: @Sendable () async throws -> Void
    func run() async throws { try await body() }
}

/// What a server says when it listens.
private struct Greeting {
    let platform: Platform
    let configuration: WebConfiguration
    let port: Int?

    func say() async {
        var base = configuration.link("")
        // Port 0 is whichever was free.
        if base.hasSuffix(":0"), let port { base = base.dropLast(1) + String(port) }
        Output.line("Anwal Growth: \(base)")
        do {
            if let token = try await platform.users.beginSetUp() {
                Output.line("")
                Output.line("أنشئ حساب المسؤول الأول من هذا الرابط، وهو يعمل مرة واحدة:")
                Output.line("Make the first administrator with this link; it works once:")
                Output.line("  \(base)/set-up/\(token)")
            }
        } catch {
            Output.error("The set-up link could not be made: \(error)")
        }
    }
}

/// How many files and connections the process may hold open.
enum OpenFiles {
    /// For the store, imports under way, exports and the commands' socket.
    private static let reserved = 256

    /// Raises the limit as far as the system lets it; what is left for connections.
    static func forConnections() -> Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = min(limit.rlim_max, 65_536)
            if raised.rlim_cur > limit.rlim_cur, setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 {
                limit = raised
            }
        }
        return max(Int(clamping: limit.rlim_cur) - reserved, 64)
    }
}

/// The socket through which commands reach the server that owns a folder.
enum SocketPath {
    /// Names of sockets hold 107 bytes, so a folder with a long path keeps its socket in the temporary folder.
    static func path(in folder: URL) -> String {
        let path = folder.appending(path: "anwal.sock").path(percentEncoded: false)
        if path.utf8.count <= 100 { return path }
        let hash = path.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
        return "/tmp/anwal-\(getuid())-\(String(hash, radix: 36)).sock"
    }

    /// Whether a process accepts connections there.
    static func isListenedOn(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}

extension Logger {
    /// Warnings and errors only: what happens to requests stands in the audit log.
    var quiet: Logger {
        var logger = self
        logger.logLevel = .warning
        return logger
    }
}
