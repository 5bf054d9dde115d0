import Foundation

extension TrackingEvent.UserAgentClass {
    /// Who asks, by what the request says of itself. A person's mail program says more than its name; who looks links over for a company says
    /// what it is, or says nothing.
    public init(userAgent: String?, isHead: Bool = false) {
        var agent = userAgent ?? ""
        self = isHead ? .scanner : agent.withUTF8 { Self($0) }
    }

    public init(_ agent: UnsafeBufferPointer<UInt8>) {
        if agent.isEmpty || Self.scanners.isIn(agent) {
            self = .scanner
        } else if Self.proxies.isIn(agent) || agent.count == 11 && Self.bare.isIn(agent) {
            self = .proxy
        } else {
            self = .human
        }
    }

    private static let bare = WordSet(["mozilla/5.0"])

    /// Load the images of a mail for its reader: Gmail and Yahoo when it is opened, Apple (which names itself by two words) at any time.
    private static let proxies = WordSet(["googleimageproxy", "ggpht.com", "yahoomailproxy", "yahoocachesystem"])

    /// Programs that follow links or load images without anybody looking.
    private static let scanners = WordSet([
        "bot", "crawl", "spider", "slurp", "scan", "preview", "prefetch", "monitor", "curl/", "wget/", "python-",
        "go-http-client",
        "java/", "okhttp", "libwww", "headless", "phantomjs", "barracuda", "mimecast", "proofpoint", "urldefense",
        "safelinks",
        "microsoft office existence", "bingpreview", "symantec", "messagelabs", "forcepoint", "trendmicro", "fortinet",
        "sophos", "cisco",
        "ironport", "zscaler", "checkpoint", "kaspersky", "bitdefender", "virustotal", "facebookexternalhit",
        "whatsapp", "telegrambot",
        "skypeuripreview", "slackbot", "linkexpander", "http-client", "axios", "node-fetch", "apache-httpclient",
    ])
}

/// Finds lower-case words of ASCII in bytes, in letters of either case.
private struct WordSet: Sendable {
    /// By their first letter.
    private var words: [[[UInt8]]] = Array(repeating: [], count: 256)

    init(_ words: [String]) {
        for word in words {
            let bytes = Array(word.utf8)
            if let first = bytes.first { self.words[Int(first)].append(bytes) }
        }
    }

    func isIn(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        for start in text.indices {
            for word in words[Int(Self.lower(text[start]))] where start + word.count <= text.count {
                if word.indices.allSatisfy({ Self.lower(text[start + $0]) == word[$0] }) { return true }
            }
        }
        return false
    }

    private static func lower(_ letter: UInt8) -> UInt8 { (65...90).contains(letter) ? letter | 32 : letter }
}
