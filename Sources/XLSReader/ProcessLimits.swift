import Glibc
import Spreadsheet

/// What this process may use. Nothing that it was given but standard output and the file is left open.
enum ProcessLimits {
    private static let maxDescriptors: Int32 = 1024

    static func apply() {
        for descriptor in 3..<maxDescriptors { close(descriptor) }
        set(Int32(RLIMIT_AS.rawValue), UInt(SpreadsheetLimits.xlsMemoryBytes))
        set(Int32(RLIMIT_CPU.rawValue), UInt(SpreadsheetLimits.xlsProcessorSeconds))
        set(Int32(RLIMIT_CORE.rawValue), 0)
        // It writes to a pipe and never to a file.
        set(Int32(RLIMIT_FSIZE.rawValue), 0)
    }

    private static func set(_ resource: Int32, _ value: UInt) {
        var limit = rlimit(rlim_cur: value, rlim_max: value)
        // A limit that is already lower stays.
        _ = setrlimit(__rlimit_resource_t(UInt32(bitPattern: resource)), &limit)
    }
}
