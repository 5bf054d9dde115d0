import Glibc

/// A regular file read by position; safe to share, since reading moves nothing.
///
/// Not mapped into memory: a file cut short while it is read must end in an error, not in SIGBUS.
final class RandomAccessFile: Sendable {
    private let descriptor: Int32
    let count: Int

    init(path: String, maxBytes: Int) throws(SpreadsheetError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw .unreadable(errno: code)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable(errno: EINVAL)
        }
        guard Int(status.st_size) <= maxBytes else {
            close(descriptor)
            throw .tooLarge(limit: .fileBytes)
        }
        self.descriptor = descriptor
        count = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Reads up to `capacity` bytes; fewer only at the end of the file.
    func read(
        at offset: Int, into memory: UnsafeMutablePointer<UInt8>, capacity: Int
    ) throws(SpreadsheetError) -> Int {
        var filled = 0
        while filled < capacity {
            let got = pread(descriptor, memory + filled, capacity - filled, off_t(offset + filled))
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw .unreadable(errno: errno)
            }
            filled += got
        }
        return filled
    }

    /// Up to `count` bytes from `offset`; fewer only at the end of the file.
    func bytes(at offset: Int, count: Int) throws(SpreadsheetError) -> [UInt8] {
        var failure: SpreadsheetError?
        let result = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            guard let base = buffer.baseAddress, count > 0 else { return }
            do throws(SpreadsheetError) {
                filled = try read(at: offset, into: base, capacity: count)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return result
    }
}
