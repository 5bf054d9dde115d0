import Foundation
import Growth
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// What mails lead back to: the image of an opening, links, and the way out. Nobody signs in here: the code in the address is what shows
/// whose mail it was, and no cookie is read or set.
enum TrackingRoutes {
    static let all: [Endpoint] = [
        .open(.get, "/o/{token}", "The image that tells of an opening", gives: .file("image/gif")) { visit in
            let token = try visit.parameter("token")
            let recipient = visit.tracking.links.recipient(token.hasSuffix(".gif") ? token.dropLast(4) : token[...])
            if let recipient { note(visit, recipient, link: nil) }
            return image()
        },
        .open(.get, "/c/{token}/{link}", "Leads to where a link of a mail leads") { visit in
            guard let recipient = visit.tracking.links.recipient(try visit.parameter("token")),
                let link = Int(try visit.parameter("link")),
                let address = try await visit.tracking.destinations.find(recipient, link: link)
            else { throw WebError.notFound }
            note(visit, recipient, link: link)
            return Response(status: .found, headers: MailAnswer.redirect(to: address))
        },
        .open(.get, "/u/{token}", "Asks whether somebody wants no more mail") { visit in try await page(visit) },
        .open(.post, "/u/{token}", "Takes somebody off every list, at once (RFC 8058)", takes: .form) { visit in
            try await visit.platform.unsubscribes.unsubscribe(try recipient(visit))
            return try await page(visit)
        },
        .open(.get, "/preferences/{token}", "Which mail somebody wants") { visit in try await page(visit) },
        .open(.post, "/preferences/{token}", "Takes somebody off every list, or takes that back", takes: .form) {
            visit in
            let recipient = try recipient(visit)
            switch visit.input.text("wants") {
            case "yes": try await visit.platform.unsubscribes.subscribeAgain(recipient)
            case "no": try await visit.platform.unsubscribes.unsubscribe(recipient)
            default: throw InvalidFields(["wants": .notInList])
            }
            return try await page(visit)
        },
    ]

    private static func note(_ visit: Visit, _ recipient: ObjectID, link: Int?) {
        visit.tracking.note(recipient, link: link, userAgent: visit.userAgent, isHead: visit.request.method == .head)
    }

    private static func image() -> Response {
        Response(status: .ok, headers: MailAnswer.imageHeaders, body: .init(byteBuffer: MailAnswer.image))
    }

    private static func recipient(_ visit: Visit) throws -> ObjectID {
        guard let recipient = visit.tracking.links.recipient(try visit.parameter("token")) else {
            throw WebError.notFound
        }
        return recipient
    }

    private static func page(_ visit: Visit) async throws -> Response {
        let token = try visit.parameter("token")
        let choice = try await visit.platform.unsubscribes.choice(of: try recipient(visit))
        let isOut = choice?.isUnsubscribed ?? true
        return try visit.page(
            "tracking/preferences", title: visit.phrase(isOut ? "tracking.outTitle" : "tracking.title"),
            [
                "isOut": isOut, "isGone": choice == nil, "email": choice.map { masked($0.email) } ?? "",
                "out": "/u/\(token)", "preferences": "/preferences/\(token)",
                "team": visit.settings.branding.companyName ?? visit.settings.branding.platformName
                    ?? visit.phrase("shell.platform"),
            ])
    }

    /// Enough for its owner to know it, and not for whoever found the link: `n…@firm.example`.
    private static func masked(_ email: String) -> String {
        guard let at = email.firstIndex(of: "@"), let first = email.first else { return "" }
        return "\(first)…\(email[at...])"
    }
}

/// The answers that go to mail programs, made once.
enum MailAnswer {
    /// A transparent pixel.
    static let image = ByteBuffer(bytes: [
        0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x21, 0xF9, 4, 1, 0, 0,
        0, 0,
        0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
    ])

    static let imageHeaders: HTTPFields = [
        .contentType: "image/gif", .contentLength: "43", .cacheControl: "no-store, max-age=0",
    ]

    static func redirect(to address: String) -> HTTPFields {
        var fields = redirectHeaders
        fields[.location] = safe(address)
        return fields
    }

    /// All but where it leads.
    private static let redirectHeaders: HTTPFields = [.cacheControl: "no-store, max-age=0", .contentLength: "0"]

    /// - Parameter address: of a stored template, checked when it was compiled; whatever could end a header is left out all the same.
    static func safe(_ address: String) -> String {
        String(String.UnicodeScalarView(address.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F }))
    }

    /// The same answers as bytes, up to the fields that differ.
    static let imageHead = head(.ok, imageHeaders)
    static let redirectHead = head(.found, redirectHeaders)

    private static func head(_ status: HTTPResponse.Status, _ fields: HTTPFields) -> ByteBuffer {
        let lines = fields.map { "\($0.name.rawName): \($0.value)\r\n" }
        return ByteBuffer(string: "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n" + lines.joined())
    }
}

extension Endpoint {
    /// Reached from mails: by programs that send no cookie and have no session.
    var isOfMail: Bool { ["/o/", "/c/", "/u/", "/preferences/"].contains { path.hasPrefix($0) } }
}

extension Visiting {
    var tracking: Tracking { visit.shell.tracking }
}
