import Foundation
import Growth
import Hummingbird
import Logging

/// Every route of the program: the nouns' tables, one after another.
public enum Router {
    public static let endpoints: [Endpoint] = [
        SystemRoutes.all, SetUpRoutes.all, SignInRoutes.all, ProfileRoutes.all, UserRoutes.all, AuditRoutes.all,
        SettingsRoutes.all, DashboardRoutes.all, SearchRoutes.all, CompanyRoutes.all, PersonRoutes.all,
        ContactPointRoutes.all, LeadRoutes.all, OpportunityRoutes.all, TaskRoutes.all, ActivityRoutes.all,
        NotificationRoutes.all, DuplicateRoutes.all, DataQualityRoutes.all, SavedViewRoutes.all,
        BulkRoutes.all, ReportRoutes.all, SegmentRoutes.all, TemplateRoutes.all,
        PrivacyRoutes.all,
        ImportRoutes.all,
        CampaignRoutes.all, TrackingRoutes.all,
        MailboxRoutes.all,
    ].flatMap { $0 }

    /// The routes for the server or a test.
    public static func make(_ shell: Shell) -> Hummingbird.Router<WebContext> {
        let router = Hummingbird.Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        let gate = Gate(shell: shell)
        router.add(middleware: Frontier(gate: gate))
        for endpoint in endpoints {
            router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
                try await gate.answer(endpoint, request, context)
            }
        }
        return router
    }
}

/// The server over `platform`, ready to run. On a Unix socket everybody who can open it is the administrator.
public func makeApplication(
    platform: Platform, configuration: WebConfiguration, tracking: Tracking? = nil,
    logger: Logger = Logger(label: "anwal.web"),
    whenReady: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
    let shell = try Shell(platform: platform, configuration: configuration, tracking: tracking, logger: logger)
    let address: BindAddress =
        switch configuration.listener {
        case .address(let host, let port): .hostname(host, port: port)
        case .socket(let path): .unixDomainSocket(path: path)
        }
    let patience = configuration.patience
    let hits = shell.tracking
    return Application(
        router: Router.make(shell),
        server: .http1(
            configuration: .init(
                additionalChannelHandlers: [
                    MailHits.Front(hits, maxAge: .nanoseconds(patience.idle.nanoseconds / 2)), SlowBodyGuard(patience),
                ],
                idleTimeout: patience.idle,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100))),
        configuration: ApplicationConfiguration(
            address: address, serverName: nil,
            availableConnectionsDelegate: configuration.maxConnections.map { .maximum($0, logger: logger) }),
        onServerRunning: { channel in
            if case .socket(let path) = configuration.listener {
                // The data folder itself is closed to others; this closes the socket too.
                if chmod(path, 0o600) != 0 { logger.warning("the socket's mode could not be set") }
            }
            await whenReady(channel.localAddress?.port)
        },
        logger: logger)
}
