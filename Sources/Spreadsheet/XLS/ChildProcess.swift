import Glibc

/// A program whose standard output is read with a time limit. Dropping it kills and reaps the program.
final class ChildProcess {
    private let process: pid_t
    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant
    private var isReaped = false

    /// Starts `path` without an environment. The program closes what other files it may have been given.
    init(path: String, arguments: [String], timeLimit: Duration) throws(SpreadsheetError) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .childFailed }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var process = pid_t()
        let code = posix_spawn(&process, path, &actions, nil, &words, &environment)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw .childMissing
        }
        self.process = process
        descriptor = ends[0]
        deadline = .now + timeLimit
    }

    deinit {
        close(descriptor)
        if !isReaped {
            kill(process, SIGKILL)
            reap()
        }
    }

    /// Waits for output and reads some of it; 0 at its end.
    func read(into memory: UnsafeMutablePointer<UInt8>, capacity: Int) throws(SpreadsheetError) -> Int {
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { throw .timedOut }
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&request, 1, Int32(min(left.rounded(.up), 1_000_000)))
            if ready < 0, errno != EINTR { throw .childFailed }
            if ready <= 0 { continue }
            let got = Glibc.read(descriptor, memory, capacity)
            if got >= 0 { return got }
            if errno != EINTR { throw .childFailed }
        }
    }

    private func reap() {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        isReaped = true
    }
}

/// Where the program that reads .xls files is.
enum XLSProgram {
    static let name = "anwal-xls"

    /// Beside the running program, unless the caller says otherwise.
    static func path(_ options: ReadOptions) throws(SpreadsheetError) -> String {
        if let path = options.xlsReaderPath { return path }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw .childMissing }
        let own = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard let slash = own.lastIndex(of: "/") else { throw .childMissing }
        let path = own[...slash] + name
        guard access(String(path), X_OK) == 0 else { throw .childMissing }
        return String(path)
    }
}
