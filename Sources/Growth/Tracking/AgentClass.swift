import Foundation

extension TrackingEvent.UserAgentClass {
    /// Who asks, by what the request says of itself. A person's mail program says more than its name; who looks links over for a company says
    /// what it is, or says nothing.
    public init(userAgent: String?, isHead: Bool = false) {
        let agent = (userAgent ?? "").lowercased()
        if isHead || agent.isEmpty || Self.scanners.contains(where: agent.contains) {
            self = .scanner
        } else if Self.proxies.contains(where: agent.contains) || agent == "mozilla/5.0" {
            self = .proxy
        } else {
            self = .human
        }
    }

    /// Load the images of a mail for its reader: Gmail and Yahoo when it is opened, Apple (which names itself by two words) at any time.
    private static let proxies = ["googleimageproxy", "ggpht.com", "yahoomailproxy", "yahoocachesystem"]

    /// Programs that follow links or load images without anybody looking.
    private static let scanners = [
        "bot", "crawl", "spider", "slurp", "scan", "preview", "prefetch", "monitor", "curl/", "wget/", "python-",
        "go-http-client",
        "java/", "okhttp", "libwww", "headless", "phantomjs", "barracuda", "mimecast", "proofpoint", "urldefense",
        "safelinks",
        "microsoft office existence", "bingpreview", "symantec", "messagelabs", "forcepoint", "trendmicro", "fortinet",
        "sophos", "cisco",
        "ironport", "zscaler", "checkpoint", "kaspersky", "bitdefender", "virustotal", "facebookexternalhit",
        "whatsapp", "telegrambot",
        "skypeuripreview", "slackbot", "linkexpander", "http-client", "axios", "node-fetch", "apache-httpclient",
    ]
}
