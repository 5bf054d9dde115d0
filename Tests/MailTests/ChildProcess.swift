import Foundation
import NIOPosix

/// A program that a test starts.
///
/// Not Foundation's `Process`: on Linux it lists the open files of this process in a way that can end it when there are very many, as there are while
/// all tests run; and a program inherits the signals that the starting thread has blocked, and then cannot be stopped.
struct ChildProcess: Sendable {
    let pid: pid_t

    struct CannotStart: Error {
        var path: String
        var code: Int32
    }

    /// Closes what it inherited, a test's listening sockets above all, and becomes the program.
    private static let becomeProgram =
        "for f in /proc/self/fd/*; do n=${f##*/}; if ((n > 2)); then eval \"exec $n>&-\"; fi; done; exec \"$@\""

    /// Starts it with these files as its input and output, no other open file, and no signal blocked.
    init(_ path: String, _ arguments: [String], input: String = "/dev/null", output: String = "/dev/null") throws {
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var none = sigset_t(), all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let shell = "/bin/bash"
        var words = ([shell, "-c", Self.becomeProgram, shell, path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, shell, &actions, &attributes, &words, environ)
        guard code == 0 else { throw CannotStart(path: path, code: code) }
        self.pid = pid
    }

    /// Its exit status, once it has ended; waits on a thread for waiting.
    func status() async throws -> Int32 {
        try await NIOThreadPool.singleton.runIfActive {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            return status
        }
    }

    func terminate() { kill(pid, SIGTERM) }
}
