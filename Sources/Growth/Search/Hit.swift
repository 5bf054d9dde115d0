import Store

extension Search {
    /// A record that was found.
    public struct Hit: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            case company, person, lead, opportunity, task, activity
            case campaign, segment, template, mailbox

            /// Whether it has a name of its own; a title often begins with somebody else's.
            var isNamed: Bool { self == .company || self == .person }
        }

        public var kind: Kind
        public var id: ObjectID
        public var title: String
        /// What tells it from others of its name.
        public var details: [String]
        /// The record whose page shows it, where that is not its own.
        public var subject: Timeline.Subject?
        var rank = 0

        static func isBefore(_ a: Hit, _ b: Hit) -> Bool {
            (a.rank, a.kind.isNamed ? 0 : 1, a.title.utf8.count, b.id)
                < (b.rank, b.kind.isNamed ? 0 : 1, b.title.utf8.count, a.id)
        }
    }
}
