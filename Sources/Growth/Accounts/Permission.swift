/// One thing that somebody may do. Every route names one; `table` is the only place that says who may.
public enum Permission: String, CaseIterable, Sendable {
    case readRecords
    /// Create and change companies, people and contact points, one by one or many at once, and merge them.
    case editRecords
    case bulkDeleteRecords
    /// Say how leads are scored, who takes them in turn and whose they are.
    case manageSales
    case importFiles
    /// `ExportLimit` says how many rows.
    case exportRecords
    /// Write segments and templates, start campaigns, and decide who gets no mail.
    case manageCampaigns
    /// Connect the team's mailboxes, and see how they are.
    case manageMailboxes
    /// Show, hand out and erase what is kept of a person.
    case managePrivacy
    case manageSettings
    case manageUsers
    case manageAPIKeys
    case readAuditLog

    private static let table: [User.Role: Set<Permission>] = [
        .admin: Set(allCases),
        .manager: [
            .readRecords, .editRecords, .bulkDeleteRecords, .manageSales, .importFiles, .exportRecords,
            .manageCampaigns, .managePrivacy,
        ],
        .sales: [.readRecords, .editRecords, .exportRecords],
        .viewer: [.readRecords],
    ]

    /// Nothing for a role that another program wrote and this one does not know.
    public static func of(_ role: User.Role) -> Set<Permission> { table[role] ?? [] }

    /// What an API key must be made for to use this permission.
    public var scope: APIKey.Scope {
        switch self {
        case .readRecords: .read
        case .editRecords, .manageSales: .write
        case .manageCampaigns: .send
        case .bulkDeleteRecords: .delete
        case .importFiles: .import
        case .exportRecords: .export
        case .manageMailboxes, .managePrivacy, .manageSettings, .manageUsers, .manageAPIKeys, .readAuditLog: .admin
        }
    }
}

/// How many rows one export may hold.
public enum ExportLimit {
    /// `nil`: every row. 0 for a role that may not export.
    public static func rows(for role: User.Role) -> Int? {
        switch role {
        case .admin, .manager: nil
        case .sales: 1_000
        default: 0
        }
    }
}

extension APIKey {
    public enum Scope: String, CaseIterable, Sendable {
        case read, write, delete, `import`, export, send, admin
    }
}
