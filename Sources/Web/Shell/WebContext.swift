import Hummingbird
import NIOCore

/// What Hummingbird knows of a request; `Visit` is what handlers see.
public struct WebContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Of the connection; `nil` on a Unix socket and in tests without a network.
    let peer: SocketAddress?

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress
    }
}
