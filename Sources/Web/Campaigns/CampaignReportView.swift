import Foundation
import Growth
import Store

/// What came of a campaign, as a page and as JSON.
enum CampaignReportView {
    static func data(_ campaign: Campaign, _ visit: MemberVisit) async throws -> PageData {
        let report = try await visit.platform.campaigns.report(campaign.id)
        let figures: [(name: String, count: Int, of: Int)] = [
            ("sent", report.sent, report.tried), ("opened", report.opened, report.sent),
            ("clicked", report.clicked, report.sent), ("replied", report.replied, report.sent),
            ("bounced", report.bounced, report.tried), ("unsubscribed", report.unsubscribed, report.sent),
            ("leads", report.leads, report.sent),
        ]
        let labels = figures.map { visit.phrase("campaigns.figures.\($0.name)") }
        let spec: Value = [
            "type": "hbar", "stacked": false, "labels": Value(labels),
            "series": .array([
                [
                    "label": .string(visit.phrase("campaigns.recipients")),
                    "data": .array(figures.map { .int($0.count) }),
                ]
            ]),
        ]
        return [
            "spec": spec.json(.plain), "hasWon": report.won > 0, "won": DealWords.money(report.won, visit),
            "rows": zip(labels, figures).map { label, figure -> PageData in
                [
                    "label": label, "count": visit.formats.number(figure.count),
                    "share": CampaignWords.share(figure.count, of: figure.of, visit),
                ]
            },
            "byPrograms": visit.plural("campaigns.byPrograms", report.byPrograms), "hasPrograms": report.byPrograms > 0,
            "hasVariants": !report.variants.isEmpty,
            "variants": report.variants.map { variant -> PageData in
                [
                    "name": variant.name, "subject": variant.subject, "sent": visit.formats.number(variant.sent),
                    "opened": CampaignWords.share(variant.opened, of: variant.sent, visit),
                    "clicked": CampaignWords.share(variant.clicked, of: variant.sent, visit),
                ]
            },
            "hasLinks": !report.links.isEmpty,
            "links": report.links.map { ["url": $0.url, "clicks": visit.formats.number($0.clicks)] },
        ]
    }

    static func value(_ id: EntityID<Campaign>, _ visit: MemberVisit) async throws -> Value {
        let report = try await visit.platform.campaigns.report(id)
        return [
            "tried": .int(report.tried), "sent": .int(report.sent), "opened": .int(report.opened),
            "clicked": .int(report.clicked),
            "replied": .int(report.replied), "bounced": .int(report.bounced), "failed": .int(report.failed),
            "unsubscribed": .int(report.unsubscribed), "leads": .int(report.leads), "won": .double(report.won),
            "byPrograms": .int(report.byPrograms),
            "variants": .array(
                report.variants.map {
                    [
                        "name": .string($0.name), "subject": .string($0.subject), "sent": .int($0.sent),
                        "opened": .int($0.opened), "clicked": .int($0.clicked),
                    ]
                }),
            "links": .array(report.links.map { ["url": .string($0.url), "clicks": .int($0.clicks)] }),
        ]
    }
}
