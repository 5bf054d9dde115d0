import Store

extension Principal {
    /// Whose leads, opportunities and tasks this principal sees: `nil` for everybody's. Sales people see their own.
    public var ownRecordsOf: EntityID<User>? { user.role == .sales ? user.id : nil }

    /// The leads or opportunities that this principal sees.
    public var ownRecords: Filter { ownRecordsOf.map { .equals("assignedTo", Value($0)) } ?? .all }

    /// The tasks that this principal sees: those for them and those that they gave to others.
    public var ownTasks: Filter {
        ownRecordsOf.map { .or([.equals("assignedTo", Value($0)), .equals("createdBy", Value($0))]) } ?? .all
    }
}
