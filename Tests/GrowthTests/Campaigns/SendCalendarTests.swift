import Foundation
import Store
import Testing

@testable import Growth

@Suite struct SendCalendarTests {
    private static func date(_ text: String) -> Date { (try? Date(text, strategy: .iso8601)) ?? .distantPast }

    private func window(_ from: String?, _ to: String?, _ days: [String] = [], zone: String = "Asia/Riyadh")
        -> SendWindow
    {
        var window = SendWindow()
        (window.from, window.to, window.days, window.timezone) = (from, to, days, zone)
        return window
    }

    private func calendar(_ window: SendWindow?, _ change: (inout SystemSettings) -> Void = { _ in }) -> SendCalendar {
        var settings = SystemSettings()
        change(&settings)
        return SendCalendar(window, settings)
    }

    /// 2026-11-26 is a Thursday; Riyadh is three hours ahead.
    @Test(arguments: [
        ("2026-11-26T06:00:00Z", "2026-11-26T06:00:00Z"), ("2026-11-26T04:59:59Z", "2026-11-26T05:00:00Z"),
        ("2026-11-26T13:59:59Z", "2026-11-26T13:59:59Z"), ("2026-11-26T14:00:00Z", "2026-11-29T05:00:00Z"),
        ("2026-11-27T09:00:00Z", "2026-11-29T05:00:00Z"), ("2026-11-28T23:00:00Z", "2026-11-29T05:00:00Z"),
    ])
    func `mails go out from Sunday to Thursday, within the hours`(_ at: String, _ opening: String) {
        #expect(calendar(window("08:00", "17:00")).opening(at: Self.date(at)) == Self.date(opening))
    }

    @Test func `nothing goes out on holidays of the team or of the campaign`() {
        var own = window("08:00", "17:00")
        own.holidays = ["2026-11-30"]
        let calendar = calendar(own) {
            $0.holidays = .array(["2026-11-29", .object(["date": "2026-12-01", "name": "x"])])
        }
        #expect(calendar.opening(at: Self.date("2026-11-28T10:00:00Z")) == Self.date("2026-12-02T05:00:00Z"))
    }

    @Test func `in Ramadan its own hours count, and the team may change them`() {
        // 1 Ramadan 1447 is 2026-02-18 by Umm al-Qura.
        let at = Self.date("2026-02-22T05:30:00Z")
        #expect(calendar(window("08:00", "17:00")).opening(at: at) == Self.date("2026-02-22T07:00:00Z"))
        let later = calendar(window("08:00", "17:00")) { settings in
            var hours = SendWindow()
            (hours.from, hours.to) = ("21:00", "23:00")
            settings.ramadanHours = hours
        }
        #expect(later.opening(at: at) == Self.date("2026-02-22T18:00:00Z"))
        #expect(calendar(window("08:00", "17:00")).isOpen(at: Self.date("2026-02-15T05:30:00Z")))
    }

    @Test func `a window may go over midnight, and belongs to the day on which it began`() {
        let calendar = calendar(window("22:00", "02:00", ["thursday"]))
        #expect(calendar.isOpen(at: Self.date("2026-11-26T22:30:00Z")))
        #expect(!calendar.isOpen(at: Self.date("2026-11-26T23:00:00Z")))
        #expect(calendar.opening(at: Self.date("2026-11-26T23:00:00Z")) == Self.date("2026-12-03T19:00:00Z"))
    }

    @Test func `hours keep their meaning when the clocks of a time zone are put forward or back`() {
        // Amman's neighbours change; Cairo put its clocks forward on 2026-04-24 and back on 2026-10-30.
        let calendar = calendar(
            window("09:00", "10:00", ["su", "mo", "tu", "we", "th", "fr", "sa"], zone: "Africa/Cairo"))
        #expect(calendar.opening(at: Self.date("2026-04-22T22:30:00Z")) == Self.date("2026-04-23T07:00:00Z"))
        #expect(calendar.opening(at: Self.date("2026-04-25T22:30:00Z")) == Self.date("2026-04-26T06:00:00Z"))
        #expect(calendar.opening(at: Self.date("2026-11-01T22:30:00Z")) == Self.date("2026-11-02T07:00:00Z"))
        // An hour that a day lacks begins with the next that it has.
        let gap = self.calendar(window("00:30", "03:00", ["fr"], zone: "Africa/Cairo"))
        #expect(gap.opening(at: Self.date("2026-04-23T12:00:00Z")) == Self.date("2026-04-23T22:00:00Z"))
    }

    @Test func `a window that never opens says so, and one that cannot be meant is refused`() {
        var never = window("08:00", "17:00")
        never.days = ["monday"]
        let all = (0..<500).map { day in
            Self.date("2026-11-01T00:00:00Z").addingTimeInterval(Double(day) * 86_400).ISO8601Format().prefix(10)
        }
        never.holidays = all.map(String.init)
        #expect(calendar(never).opening(at: Self.date("2026-11-26T06:00:00Z")) == nil)
        #expect(calendar(nil).isOpen(at: Self.date("2026-11-27T23:00:00Z")))
        for bad in [
            window("8", "17:00"), window("08:00", "24:30"), window("08:00", "08:00"), window("25:00", nil),
            window("08:00", "17:00", zone: "Mars/Base"), window("08:00", "17:00", ["someday"]),
        ] {
            #expect(!SendCalendar.isValid(bad), "\(bad)")
        }
        for preset in SendWindowPreset.allCases { #expect(preset.window.map(SendCalendar.isValid) ?? true) }
    }

    @Test func `waits between attempts stay within their bounds and end after a day`() {
        for random in [0.0, 0.3, 0.7, 1.0] {
            var (waits, attempts): ([TimeInterval], Int) = ([], 1)
            while let wait = RetryPolicy.wait(after: attempts, random: random) {
                waits.append(wait)
                attempts += 1
            }
            #expect(waits.allSatisfy { $0 >= 300 && $0 <= 4 * 3_600 * 1.2 + 1 })
            #expect(waits.count >= 10 && waits.count <= 14)
            for (first, second) in zip(waits.dropFirst(), waits.dropFirst(2)) { #expect(second >= first * 0.99) }
        }
        #expect(RetryPolicy.wait(after: 1, random: 0, asked: 1_000) == 1_010)
        #expect(RetryPolicy.wait(after: 1, random: 0, asked: 10) == 300)
    }

    @Test func `a code is only of use whole, to its own recipient and with this installation's secret`() {
        let links = MailLinks(base: "https://g.example/", secret: InstallSecret(String(repeating: "a", count: 40)))
        let other = MailLinks(base: "https://g.example", secret: InstallSecret(String(repeating: "b", count: 40)))
        let renewed = MailLinks(
            base: "https://g.example", secret: InstallSecret(String(repeating: "b", count: 40)),
            previous: InstallSecret(String(repeating: "a", count: 40)))
        let old = ObjectID()
        #expect(renewed.recipient(links.token(old)) == old && renewed.recipient(renewed.token(old)) == old)
        var seen: Set<String> = []
        for _ in 0..<500 {
            let id = ObjectID()
            let token = links.token(id)
            #expect(token.utf8.count == 38 && links.recipient(token) == id && other.recipient(token) == nil)
            #expect(seen.insert(token).inserted)
            #expect(links.recipient(token.dropLast()) == nil && links.recipient(token + "A") == nil)
            #expect(links.recipient(token.lowercased()) == nil || token == token.lowercased())
        }
        let id = ObjectID()
        let bytes = Array(links.token(id).utf8)
        for place in bytes.indices {
            for letter in "ABab09-_".utf8 where letter != bytes[place] {
                var changed = bytes
                changed[place] = letter
                #expect(links.recipient(String(decoding: changed, as: UTF8.self)) == nil)
            }
        }
        #expect(links.ways(of: id).unsubscribe.hasPrefix("https://g.example/u/"))
        #expect(MailLinks(base: "http://127.0.0.1:8080", secret: InstallSecret("x")).leadNowhere && !links.leadNowhere)
    }
}
