import Glibc
import Spreadsheet

// The child that reads a hostile format: limits first, then the file, then frames on standard output.
ProcessLimits.apply()
var output = Output()
do throws(BIFFError) {
    try Command(arguments: CommandLine.arguments).run(into: &output)
    output.frames.end()
} catch {
    output.frames.failure(error.wire)
}
output.flush()
