import Store

/// A step of a sequence.
public struct SequenceStep: Part {
    /// Stays the same when steps are edited or moved.
    public var stepId = EntityID<SequenceStep>()
    public var kind = Kind.email
    /// Counted from the step before.
    public var delay: Delay?
    public var templateId: EntityID<EmailTemplate>?
    /// The template as it was when the step was last edited.
    public var templateSnapshot: Value?
    public var threadMode: ThreadMode?
    public var variants: [SubjectVariant] = []
    /// What a person is to do, on a step of kind `task`.
    public var taskType: TaskType?
    public var condition: Value?
    public var isActive = true

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("stepId", &stepId)
        try fields("kind", &kind)
        try fields("delay", &delay)
        try fields("templateId", &templateId)
        try fields("templateSnapshot", &templateSnapshot)
        try fields("threadMode", &threadMode)
        try fields("variants", &variants)
        try fields("taskType", &taskType)
        try fields("condition", &condition)
        try fields("isActive", &isActive)
    }

    public struct Kind: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let email: Self = "email"
        public static let task: Self = "task"
        public static let wait: Self = "wait"
        public static let condition: Self = "condition"
        public static let webhook: Self = "webhook"
        public static let known: [Self] = [.email, .task, .wait, .condition, .webhook]
    }

    /// Whether the mail answers the one before it.
    public struct ThreadMode: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let sameThread: Self = "same_thread"
        public static let newSubject: Self = "new_subject"
        public static let known: [Self] = [.sameThread, .newSubject]
    }

    public struct TaskType: Choice {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let call: Self = "call"
        public static let whatsapp: Self = "whatsapp"
        public static let visit: Self = "visit"
        public static let known: [Self] = [.call, .whatsapp, .visit]
    }

    /// How long to wait.
    public struct Delay: Part {
        public var n = 0
        public var unit = Unit.days
        /// Whether only days of the working week that are no holidays count.
        public var businessDays = false

        public init() {}

        public mutating func visit(_ fields: inout some FieldVisitor) throws {
            try fields("n", &n)
            try fields("unit", &unit)
            try fields("businessDays", &businessDays)
        }

        public struct Unit: Choice {
            public var rawValue: String
            public init(rawValue: String) { self.rawValue = rawValue }
            public static let minutes: Self = "minutes"
            public static let hours: Self = "hours"
            public static let days: Self = "days"
            public static let weeks: Self = "weeks"
            public static let known: [Self] = [.minutes, .hours, .days, .weeks]
        }
    }
}
