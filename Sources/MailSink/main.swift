import Foundation
import MailTesting

/// A mail server for scripts: takes every mail and writes each down before it says so. Stop it with its own pid.
let usage = """
    usage: anwal-mail-sink RECORD [--port N] [--refuse-share P --refuse-seconds S]
    RECORD gets a line of JSON for each mail. For the first S seconds each recipient is refused with 451 at a chance of P.
    Prints "listening PORT" once it does.
    """

var rest = Array(CommandLine.arguments.dropFirst())
guard !rest.isEmpty, !rest[0].hasPrefix("-") else {
    print(usage)
    exit(2)
}
let path = rest.removeFirst()
var settings = ["--port": 0.0, "--refuse-share": 0, "--refuse-seconds": 0]
while rest.count >= 2, settings[rest[0]] != nil, let value = Double(rest[1]) {
    settings[rest[0]] = value
    rest.removeFirst(2)
}
guard rest.isEmpty, let port = settings["--port"], let share = settings["--refuse-share"],
    let seconds = settings["--refuse-seconds"]
else {
    print(usage)
    exit(2)
}

var options = SMTPTestServer.Options()
options.recordFile = path
options.keepsMails = false
let end = ContinuousClock.now + .seconds(seconds)
options.fault = { event in
    guard event.point == .recipient, share > 0, ContinuousClock.now < end, Double.random(in: 0..<1) < share else {
        return nil
    }
    return .reply(451, "4.7.1 try again later")
}
let server = try await SMTPTestServer.start(options, port: Int(port))
print("listening \(server.port)")
fflush(nil)
try await server.closed()
