import Store

/// One of several subjects that are tried against each other.
public struct SubjectVariant: Part {
    /// What a recipient's row refers to it by.
    public var name = ""
    public var subject = ""
    /// Its share of the recipients, in proportion to the other variants' weights.
    public var weight = 1

    public init() {}

    public mutating func visit(_ fields: inout some FieldVisitor) throws {
        try fields("name", &name)
        try fields("subject", &subject)
        try fields("weight", &weight)
    }
}
