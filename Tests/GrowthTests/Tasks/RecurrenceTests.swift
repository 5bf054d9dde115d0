import Foundation
import Testing

@testable import Growth

@Suite struct RecurrenceTests {
    static let riyadh = WorkCalendar(timeZone: TimeZone(identifier: "Asia/Riyadh"))

    /// The days that follow `start` by `rule`, as long as there are some, at most five.
    static func days(_ rule: String, from start: String, _ work: WorkCalendar = riyadh) throws -> [String] {
        var (rule, date) = (try Recurrence(rule), try #require(work.read(start)))
        var days: [String] = []
        while days.count < 5, let (next, left) = rule.next(after: date, notBefore: .distantPast, in: work) {
            days.append(text(next, work))
            (date, rule) = (next, left)
        }
        return days
    }

    static func text(_ date: Date, _ work: WorkCalendar) -> String {
        let parts = work.calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        let day = String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
        return work.isWholeDay(date) ? day : day + String(format: "T%02d:%02d", parts.hour ?? 0, parts.minute ?? 0)
    }

    @Test(arguments: [
        ("FREQ=DAILY", "2026-12-30", ["2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03", "2027-01-04"]),
        (
            "FREQ=DAILY;INTERVAL=10", "2026-02-20",
            ["2026-03-02", "2026-03-12", "2026-03-22", "2026-04-01", "2026-04-11"]
        ),
        (
            "FREQ=DAILY;BYDAY=SU,TH", "2026-11-25",
            ["2026-11-26", "2026-11-29", "2026-12-03", "2026-12-06", "2026-12-10"]
        ),
        ("FREQ=WEEKLY", "2026-11-25", ["2026-12-02", "2026-12-09", "2026-12-16", "2026-12-23", "2026-12-30"]),
        (
            "FREQ=WEEKLY;BYDAY=SU,MO,TU,WE,TH", "2026-11-25",
            ["2026-11-26", "2026-11-29", "2026-11-30", "2026-12-01", "2026-12-02"]
        ),
        // Every other week from Tuesday: Sunday ends that week by the standard, and begins the next where the week does.
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "1997-08-05",
            ["1997-08-10", "1997-08-19", "1997-08-24", "1997-09-02", "1997-09-07"]
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "1997-08-05",
            ["1997-08-17", "1997-08-19", "1997-08-31", "1997-09-02", "1997-09-14"]
        ),
        ("FREQ=MONTHLY", "2026-01-15", ["2026-02-15", "2026-03-15", "2026-04-15", "2026-05-15", "2026-06-15"]),
        // A month without the day is left out, as the standard has it.
        ("FREQ=MONTHLY", "2026-01-31", ["2026-03-31", "2026-05-31", "2026-07-31", "2026-08-31", "2026-10-31"]),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1", "2027-12-31",
            ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]
        ),
        (
            "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD", "2026-01-31",
            ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]
        ),
        (
            "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=FORWARD", "2026-01-30",
            ["2026-03-01", "2026-03-30", "2026-04-30", "2026-05-30", "2026-06-30"]
        ),
        (
            "FREQ=MONTHLY;BYDAY=1SU", "2026-11-01",
            ["2026-12-06", "2027-01-03", "2027-02-07", "2027-03-07", "2027-04-04"]
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1TH", "2026-11-26",
            ["2026-12-31", "2027-01-28", "2027-02-25", "2027-03-25", "2027-04-29"]
        ),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01",
            ["2026-02-13", "2026-03-13", "2026-11-13", "2027-08-13", "2028-10-13"]
        ),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "2026-11-01",
            ["2027-02-01", "2027-05-01", "2027-08-01", "2027-11-01", "2028-02-01"]
        ),
        ("FREQ=YEARLY", "2026-09-23", ["2027-09-23", "2028-09-23", "2029-09-23", "2030-09-23", "2031-09-23"]),
        ("FREQ=YEARLY", "2028-02-29", ["2032-02-29", "2036-02-29", "2040-02-29", "2044-02-29", "2048-02-29"]),
        (
            "RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=BACKWARD", "2028-02-29",
            ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29", "2033-02-28"]
        ),
        (
            "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "2026-01-01",
            ["2026-07-01", "2027-01-01", "2027-07-01", "2028-01-01", "2028-07-01"]
        ),
        (
            "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26",
            ["2027-11-25", "2028-11-23", "2029-11-22", "2030-11-28", "2031-11-27"]
        ),
        ("FREQ=DAILY;COUNT=3", "2026-11-25", ["2026-11-26", "2026-11-27"]),
        ("FREQ=DAILY;COUNT=1", "2026-11-25", []),
        ("FREQ=WEEKLY;UNTIL=20261209", "2026-11-25", ["2026-12-02", "2026-12-09"]),
        // The last moment is 23:59 in Riyadh.
        ("FREQ=DAILY;UNTIL=20261127T205900Z", "2026-11-25T23:59", ["2026-11-26T23:59", "2026-11-27T23:59"]),
        ("FREQ=DAILY;UNTIL=20261127T205859Z", "2026-11-25T23:59", ["2026-11-26T23:59"]),
        // The first of January is a Friday, that of May a Saturday: both go to the Sunday.
        (
            "FREQ=MONTHLY;BYMONTHDAY=1;X-WORKDAY=NEXT", "2026-12-01",
            ["2027-01-03", "2027-02-01", "2027-03-01", "2027-04-01", "2027-05-02"]
        ),
        (
            "FREQ=WEEKLY;BYDAY=FR;X-WORKDAY=NEXT", "2026-11-20",
            ["2026-11-29", "2026-12-06", "2026-12-13", "2026-12-20", "2026-12-27"]
        ),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", []),
    ])
    func `the days that follow are those of the standard`(rule: String, start: String, wanted: [String]) throws {
        #expect(try Self.days(rule, from: start) == wanted)
    }

    @Test func `a time of day stays what it is through summer time and back`() throws {
        let berlin = WorkCalendar(timeZone: TimeZone(identifier: "Europe/Berlin"))
        #expect(
            try Self.days("FREQ=MONTHLY", from: "2026-01-15T09:30", berlin).prefix(3) == [
                "2026-02-15T09:30", "2026-03-15T09:30", "2026-04-15T09:30",
            ])
        let (before, after) = (
            try #require(berlin.read("2026-03-15T09:30")), try #require(berlin.read("2026-04-15T09:30"))
        )
        #expect(after.timeIntervalSince(before) == 31 * 86_400 - 3_600)
    }

    @Test func `a day is the team's, not Greenwich's`() throws {
        // 22:30 in Greenwich on Wednesday is 01:30 on Thursday in Riyadh.
        let late = try #require(Self.riyadh.read("2026-11-25T22:30:00Z"))
        let next = try Recurrence("FREQ=WEEKLY;BYDAY=SU,TH").next(after: late, notBefore: .distantPast, in: Self.riyadh)
        #expect(next.map { Self.text($0.date, Self.riyadh) } == "2026-11-29T01:30")
    }

    @Test func `what is past already is passed over, and counts`() throws {
        let due = try #require(Self.riyadh.read("2026-11-01")), now = try #require(Self.riyadh.read("2026-11-25T14:00"))
        let next = try Recurrence("FREQ=WEEKLY;COUNT=10").next(after: due, notBefore: now, in: Self.riyadh)
        #expect(next.map { Self.text($0.date, Self.riyadh) } == "2026-11-29")
        #expect(next?.rule.limit == .count(6))
        #expect(try Recurrence("FREQ=WEEKLY;COUNT=3").next(after: due, notBefore: now, in: Self.riyadh) == nil)
    }

    @Test func `holidays move what falls on them, and the working week is the team's`() throws {
        let work = WorkCalendar(
            timeZone: TimeZone(identifier: "Asia/Riyadh"), workdays: [2, 3, 4, 5, 6],
            holidays: ["2026-09-23", "2026-09-24"])
        #expect(try Self.days("FREQ=YEARLY;COUNT=2;X-WORKDAY=NEXT", from: "2025-09-23", work) == ["2026-09-25"])
        #expect(try Self.days("FREQ=WEEKLY;COUNT=2;X-WORKDAY=NEXT", from: "2026-09-20", work) == ["2026-09-28"])
    }

    @Test(arguments: [
        "FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU", "FREQ=MONTHLY;BYDAY=-1TH",
        "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD;COUNT=12",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20401231", "FREQ=DAILY;UNTIL=20261127T205900Z",
        "FREQ=MONTHLY;BYMONTHDAY=1;X-WORKDAY=NEXT",
    ])
    func `a rule is written as it was read`(text: String) throws {
        #expect(try Recurrence(text).text == text)
        #expect(try Recurrence("rrule:" + text.lowercased()) == Recurrence(text))
    }

    @Test(arguments: [
        "", "DAILY", "FREQ=", "FREQ=FORTNIGHTLY", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=2;UNTIL=20261231", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYDAY=1SU",
        "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=YEARLY;BYMONTH=13",
        "FREQ=DAILY;UNTIL=2026-12-31", "FREQ=DAILY;UNTIL=20261331", "FREQ=DAILY;COLOUR=RED", "FREQ=DAILY;",
        ";FREQ=DAILY",
        "FREQ=DAILY=2", "FREQ=DAILY;UNTIL=20261127T996099Z", "FREQ=DAILY;COUNT=٣",
    ])
    func `what the standard does not allow is no rule`(text: String) {
        #expect(throws: Recurrence.Problem.malformed) { try Recurrence(text) }
    }

    @Test(arguments: [
        "FREQ=HOURLY", "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-1", "FREQ=YEARLY;BYWEEKNO=20", "FREQ=YEARLY;BYDAY=20MO",
        "RSCALE=HEBREW;FREQ=YEARLY", "FREQ=DAILY;BYHOUR=9", "FREQ=DAILY;X-OTHER=1", "FREQ=DAILY;INTERVAL=5000",
    ])
    func `what the standard allows and we do not do is said to be that`(text: String) {
        #expect(throws: Recurrence.Problem.unsupported) { try Recurrence(text) }
    }

    @Test func `the next week begins on Sunday, and a weekend is no working day`() throws {
        let thursday = try #require(Self.riyadh.read("2026-11-26T10:00"))
        #expect(Self.text(Self.riyadh.workday(after: thursday), Self.riyadh) == "2026-11-29")
        #expect(Self.text(Self.riyadh.nextWeek(after: thursday), Self.riyadh) == "2026-11-29")
        let sunday = try #require(Self.riyadh.read("2026-11-29"))
        #expect(Self.text(Self.riyadh.nextWeek(after: sunday), Self.riyadh) == "2026-12-06")
        #expect(Self.text(Self.riyadh.workday(after: sunday), Self.riyadh) == "2026-11-30")
    }
}
