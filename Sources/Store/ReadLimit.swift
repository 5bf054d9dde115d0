/// How long one read may take on behalf of the task that asks. Background work has no limit.
public enum ReadLimit {
    /// A read that takes longer is ended with `StoreError.tookTooLong`.
    @TaskLocal public static var longest: Duration?
}
