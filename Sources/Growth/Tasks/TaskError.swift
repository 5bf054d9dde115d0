/// Why something cannot be done with a task.
public enum TaskError: Error, Hashable {
    /// It is completed or cancelled: it is to be opened again first.
    case closed
    /// What was done has been changed since, and cannot be taken back as it was.
    case changedSince
}
