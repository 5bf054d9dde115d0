import Foundation
import Growth
import Hummingbird
import Logging
import Synchronization

/// What all pages share: the product, the settings of the server, its templates, words and files.
public final class Shell: Sendable {
    public let platform: Platform
    public let configuration: WebConfiguration
    let logger: Logger
    let limiter: RequestLimiter
    /// Opens, clicks, and the addresses that mails lead back by.
    public let tracking: Tracking
    private let loaded: Resources

    /// - Parameter tracking: of the process; a test makes its own.
    public init(
        platform: Platform, configuration: WebConfiguration, tracking: Tracking? = nil,
        logger: Logger = Logger(label: "anwal.web")
    ) throws {
        self.platform = platform
        self.configuration = configuration
        self.logger = logger
        limiter = RequestLimiter()
        self.tracking = tracking ?? Tracking(platform, links: configuration.mailLinks(platform))
        loaded = try Resources(folder: configuration.resourceFolder)
    }

    /// The templates, words and files; read anew each time when a folder of one's own is set, so that edits show at once.
    var resources: Resources {
        guard let folder = configuration.resourceFolder else { return loaded }
        do {
            return try Resources(folder: folder)
        } catch {
            logger.warning("the edited resources cannot be read", metadata: ["error": "\(error)"])
            return loaded
        }
    }
}
