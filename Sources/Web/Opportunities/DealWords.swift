import Foundation
import Growth
import Store

/// What pages of leads and opportunities say alike: money, days, people, whom a deal is about.
enum DealWords {
    static func money(_ amount: Double, _ visit: some Visiting) -> String {
        visit.phrase("opportunities.sar", ["amount": visit.formats.number(amount)])
    }

    /// A day without a time, which is the same wherever it is read.
    static func day(_ date: Date, _ visit: some Visiting) -> String {
        Formats(language: visit.language, timeZone: .gmt, phrases: visit.visit.resources.phrases).date(date)
    }

    static func today(_ visit: some Visiting) -> Date { CalendarDay.today(visit.platform.now(), in: zone(visit)) }

    static func zone(_ visit: some Visiting) -> TimeZone { TimeZone(identifier: visit.settings.timezone) ?? .gmt }

    /// Whom it is about, with links to their pages.
    static func subject(_ subject: DealSubject?, _ visit: some Visiting) -> PageData {
        var data: PageData = [
            "hasCompany": false, "hasPerson": false, "name": subject?.name ?? visit.phrase("leads.nobodyKnown"),
        ]
        if let company = subject?.company {
            data["hasCompany"] = true
            data["company"] = company.displayName
            data["companyPath"] = "/companies/\(company.id)"
        }
        if let person = subject?.person {
            data["hasPerson"] = true
            data["person"] = person.fullName
            data["personPath"] = "/people/\(person.id)"
        }
        return data
    }

    /// Who may own leads and opportunities, to choose one from.
    static func owners(_ users: [User], chosen: String, _ visit: some Visiting) -> [PageData] {
        users.map { user in
            ["code": user.id.description, "label": user.name, "isChosen": user.id.description == chosen]
        }
    }

    /// How long something was so, in whole days.
    static func duration(_ from: Date, _ to: Date, _ visit: some Visiting) -> String {
        let days = Int(max(0, to.timeIntervalSince(from)) / 86_400)
        return days == 0 ? visit.phrase("opportunities.today") : visit.plural("opportunities.days", days)
    }

    /// The field that must be sent as a list of problems: a sentence, or nothing.
    static func error(_ field: String, _ problems: [String: FieldProblem], _ visit: some Visiting) -> PageData {
        guard let problem = problems[field] else { return ["hasError": false] }
        return ["hasError": true, "error": visit.phrase("problems.\(problem.code)", problem.values)]
    }
}
