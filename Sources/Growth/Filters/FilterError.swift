/// What is wrong with a filter that somebody sent or that was kept.
public enum FilterError: Error, Hashable, Sendable {
    /// No tree of ours.
    case malformed
    /// More conditions, values or searches within text than the store should be asked for at once.
    case tooMuch
    case unknownField(String)
    case unknownOperator(String, field: String)
    case badValue(String)
    /// Nothing is related under this name, or relations are nested too deeply.
    case unknownRelation(String)
    /// A segment that is not there, that is about other records, or that leads back to itself.
    case unknownSegment
}
