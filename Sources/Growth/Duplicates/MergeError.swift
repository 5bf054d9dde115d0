import Store

/// Why two records cannot be merged, or a merge cannot be taken back.
public enum MergeError: Error, Hashable {
    /// A record with itself.
    case same
    /// One of them was merged before, into the record named.
    case merged(into: String)
    /// Each was merged into the other, or round a longer circle: data that only another program can have left.
    case circle
    case archived(name: String)
    /// A company with a person, or an id of the other kind.
    case differentKinds
    /// What one merge would move is more than one merge can remember.
    case tooMuch
    /// The merge has been taken back already.
    case undone
    /// The survivor has itself been merged since: that merge must be undone first.
    case survivorMerged(into: String)
    /// One of the two records is gone for good.
    case gone
    /// Its rows are still being moved, or moved back.
    case stillMoving
    /// The record is kept because it was merged; undoing the merge brings it back.
    case cannotRestore
}
