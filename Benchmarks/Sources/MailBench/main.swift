import Foundation
import MailMIME
import MailSMTP

/// The hot paths of sending, each as its peers in `bench/go/smtpbench` and `smtp_peers.py` run it:
///
///     MailBench render MESSAGES            a page of Arabic with eight fields, escaping on, as a whole mail, on one core
///     MailBench send HOST PORT MESSAGES CONNECTIONS [held] [pooled]   mails of 5 KB over connections that stay open; held: with a wait before each dot
let arguments = CommandLine.arguments
func number(_ index: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? 0 : 0 }

switch arguments.dropFirst().first {
case "render": try Rendering.run(messages: number(2))
case "send":
    try await Sending.run(
        host: arguments[2], port: number(3), messages: number(4), connections: number(5),
        isHeld: arguments.contains("held"), isPooled: arguments.contains("pooled"))
default:
    print("usage: MailBench render MESSAGES | send HOST PORT MESSAGES CONNECTIONS [held] [pooled]")
    exit(2)
}
