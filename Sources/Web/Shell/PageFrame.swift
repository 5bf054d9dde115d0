import Foundation
import Growth
import Hummingbird
import Store

/// What stands around the content of every page: head, navigation, toasts.
struct PageFrame {
    let visit: Visit

    init(_ visit: Visit) { self.visit = visit }

    /// What every template can name.
    var base: PageData {
        let language = visit.language
        var data: PageData = [
            "t": visit.resources.phrases.tree(language), "assets": visit.resources.assets,
            "lang": language.rawValue, "dir": language == .arabic ? "rtl" : "ltr",
            "platformName": platformName, "platformInitial": String(platformName.prefix(1)),
            "brandingVersion": BrandingSheet(visit.settings.branding).version,
            "may": permissions,
        ]
        if let token = visit.principal?.session?.csrfToken { data["csrf"] = token }
        if let user = visit.principal?.user { data["me"] = person(user) }
        return data
    }

    func around(_ content: String, title: String, trail: [Crumb]) throws -> String {
        let navigation = visit.principal.map { Navigation.entries(for: $0, at: visit.request.uri.path, visit) } ?? []
        func part(_ group: Navigation.Group) -> [PageData] { navigation.filter { $0.group == group }.map(\.data) }
        let flash = Flash(visit.request, visit.resources.phrases)
        let isFramed = visit.principal.map { !$0.isHeldUp(visit.settings) } ?? false
        let data: PageData = [
            "content": content, "title": title, "isFramed": isFramed, "otherLanguage": otherLanguage,
            "records": part(.records), "campaigns": part(.campaigns), "administration": part(.administration),
            "hasCampaigns": !part(.campaigns).isEmpty, "hasAdministration": !part(.administration).isEmpty,
            "tabs": navigation.filter(\.isOnPhone).map(\.data),
            "crumbs": trail.map { ["path": $0.path, "label": $0.label] }, "hasCrumbs": !trail.isEmpty,
            "flash": flash.map { visit.phrase($0.key) } as Any, "hasFlash": flash != nil,
            "hasUndo": flash?.undo != nil, "undoAction": flash?.undo?.action ?? "",
            "undoEntry": flash?.undo?.id.description ?? "",
            "unread": visit.badges.unread.data, "eventsSince": String(visit.platform.now().milliseconds),
            "here": visit.request.method == .get ? visit.request.uri.string : "/",
        ]
        return try visit.render("shell/layout", data)
    }

    private var platformName: String { visit.settings.branding.platformName ?? visit.phrase("shell.platform") }

    private var permissions: [String: Bool] {
        Dictionary(uniqueKeysWithValues: Permission.allCases.map { ($0.rawValue, visit.may($0)) })
    }

    private var otherLanguage: [String: String] {
        let other: Language = visit.language == .arabic ? .english : .arabic
        return ["code": other.rawValue, "name": visit.resources.phrases.text("shell.ownName", other)]
    }

    private func person(_ user: User) -> PageData {
        // القحطاني begins with ق to whoever reads it.
        let initials = user.name.split(separator: " ").prefix(2).map { $0.hasPrefix("ال") ? $0.dropFirst(2) : $0 }
            .compactMap(\.first).map(String.init).joined(separator: "\u{200C}")
        return ["name": user.name, "initials": initials, "role": visit.phrase("users.roles.\(user.role.rawValue)")]
    }
}

/// An entry of the side navigation.
struct Navigation {
    enum Group { case records, campaigns, administration }

    let path: String
    let icon: String
    let label: String
    let key: String
    let isCurrent: Bool
    let group: Group
    let isOnPhone: Bool
    /// A count beside the entry.
    var badge: Badges.Count?

    var data: PageData {
        [
            "path": path, "icon": icon, "label": label, "key": key, "hasKey": !key.isEmpty, "isCurrent": isCurrent,
            "keys": key.uppercased().split(separator: " ").map(String.init), "hasBadge": badge != nil,
            "badge": badge?.data as Any,
        ]
    }

    private struct Place {
        var path: String
        var icon: String
        var label: String
        var key = ""
        var permission: Permission = .readRecords
        var group = Group.records
        var isOnPhone = false
    }

    private static let places: [Place] = [
        Place(path: "/", icon: "home", label: "shell.nav.dashboard", key: "g h", isOnPhone: true),
        Place(path: "/tasks", icon: "task", label: "shell.nav.tasks", key: "g t", isOnPhone: true),
        Place(path: "/companies", icon: "company", label: "shell.nav.companies", key: "g c", isOnPhone: true),
        Place(path: "/people", icon: "people", label: "shell.nav.people", key: "g p"),
        Place(path: "/contact-points", icon: "contact", label: "shell.nav.contactPoints", key: "g k"),
        Place(path: "/leads", icon: "lead", label: "shell.nav.leads", key: "g l", isOnPhone: true),
        Place(path: "/opportunities", icon: "board", label: "shell.nav.opportunities", key: "g o"),
        Place(path: "/imports/new", icon: "import", label: "shell.nav.import", key: "g n", permission: .importFiles),
        Place(path: "/imports", icon: "history", label: "shell.nav.history", key: "g i"),
        Place(path: "/duplicates", icon: "duplicate", label: "shell.nav.duplicates", key: "g d"),
        Place(path: "/activities", icon: "clock", label: "shell.nav.activities", key: "g a"),
        Place(path: "/reports", icon: "report", label: "shell.nav.reports", key: "g r"),
        Place(path: "/campaigns", icon: "campaign", label: "shell.nav.campaigns", key: "g m", group: .campaigns),
        Place(path: "/segments", icon: "segment", label: "shell.nav.segments", key: "g s", group: .campaigns),
        Place(path: "/templates", icon: "template", label: "shell.nav.templates", key: "g e", group: .campaigns),
        Place(path: "/suppressions", icon: "block", label: "shell.nav.suppressions", group: .campaigns),
        Place(
            path: "/mailboxes", icon: "mail", label: "shell.nav.mailboxes", permission: .manageCampaigns,
            group: .campaigns),
        Place(
            path: "/privacy", icon: "lock", label: "shell.nav.privacy", permission: .managePrivacy,
            group: .administration),
        Place(
            path: "/users", icon: "users", label: "shell.nav.users", permission: .manageUsers, group: .administration),
        Place(
            path: "/settings", icon: "settings", label: "shell.nav.settings", permission: .manageSettings,
            group: .administration),
        Place(
            path: "/audit", icon: "shield", label: "shell.nav.audit", permission: .readAuditLog, group: .administration),
    ]

    /// Those that `principal` may use. The longest path that begins the page's own is current.
    static func entries(for principal: Principal, at path: String, _ visit: Visit) -> [Navigation] {
        // The steps after the choice of a file belong to the same entry.
        var path = path.hasPrefix("/imports/files/") ? "/imports/new" : path
        // Recipients are of a campaign.
        if isWithin(path, "/recipients") { path = "/campaigns" }
        let open = places.filter { principal.may($0.permission) }
        let current = open.map(\.path).filter { isWithin(path, $0) }.max { $0.count < $1.count }
        return open.map { place in
            Navigation(
                path: place.path, icon: place.icon, label: visit.phrase(place.label), key: place.key,
                isCurrent: place.path == current, group: place.group, isOnPhone: place.isOnPhone,
                badge: place.path == "/tasks" ? visit.badges.tasks : nil)
        }
    }

    private static func isWithin(_ path: String, _ place: String) -> Bool {
        path == place || (place != "/" && path.hasPrefix(place + "/"))
    }
}
