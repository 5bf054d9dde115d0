import Foundation
import Growth
import HTTPTypes
import Hummingbird
import Store

/// Two records beside each other: why they may be the same, what each has, and what becomes of them.
enum PairPages {
    static func routes<R: PairedRecord>(_ type: R.Type, _ noun: RecordNoun) -> [Endpoint] {
        let path = "/duplicates/\(noun.rawValue)/{left}/{right}"
        let what = noun == .companies ? "companies" : "people"
        return [
            Endpoint(.get, path, for: .may(.readRecords), "Two \(what) beside each other") { visit in
                try await PairPage<R>(visit, noun).show()
            },
            Endpoint(
                .post, path + "/preview", for: .may(.editRecords), "What merging two \(what) would do", takes: .form
            ) { visit in
                let page = try PairPage<R>(visit, noun)
                return try visit.fragment("duplicates/preview", try await page.previews())
            },
            Endpoint(.post, path + "/merge", for: .may(.editRecords), "Merges two \(what)", takes: .form) { visit in
                try await PairPage<R>(visit, noun).merge()
            },
            Endpoint(
                .post, path + "/decide", for: .may(.editRecords), "Says what becomes of a pair of \(what)", takes: .form
            ) { visit in
                try await PairPage<R>(visit, noun).decide()
            },
        ]
    }
}

/// A record whose likeness to another can be judged.
protocol PairedRecord: MergeableRecord {
    static func likeness(_ a: Self, _ b: Self, _ duplicates: Duplicates) async throws -> Likeness
    var place: [String] { get }
}

extension Company: PairedRecord {
    static func likeness(_ a: Company, _ b: Company, _ duplicates: Duplicates) async throws -> Likeness {
        try await duplicates.likeness(of: a, b)
    }
    var place: [String] { [sector, city].compactMap { $0 } }
}

extension Person: PairedRecord {
    static func likeness(_ a: Person, _ b: Person, _ duplicates: Duplicates) async throws -> Likeness {
        duplicates.likeness(of: a, b)
    }
    var place: [String] { [jobTitle, companyNameAr].compactMap { $0 } }
}

struct PairPage<R: PairedRecord> {
    let visit: MemberVisit
    let noun: RecordNoun
    let left: ObjectID
    let right: ObjectID

    init(_ visit: MemberVisit, _ noun: RecordNoun) throws {
        self.visit = visit
        self.noun = noun
        guard let left = ObjectID(try visit.parameter("left")), let right = ObjectID(try visit.parameter("right"))
        else {
            throw WebError.notFound
        }
        (self.left, self.right) = (left, right)
    }

    var path: String { "/duplicates/\(noun.rawValue)/\(left)/\(right)" }
    var merges: Merges { visit.platform.merges }
    var duplicates: Duplicates { visit.platform.duplicates }

    // MARK: The page

    func show() async throws -> Response {
        let plan = try await merges.plan(R.self, Merges.Request(left, right))
        let review = try await duplicates.review(of: R.kind, left, right)
        let likeness = try await R.likeness(plan.survivor, plan.other, duplicates)
        let names = try await PairNames.of(plan.fields, visit)
        var data: PageData = [
            "path": path, "noun": noun.rawValue, "kind": R.kind.rawValue,
            "fields": plan.fields.enumerated().filter { $1.survivor != nil || $1.other != nil }.map {
                field($1, $0, names)
            },
            "left": try await card(plan.survivor), "right": try await card(plan.other),
            "leftSeen": Self.stamp(plan.survivor), "rightSeen": Self.stamp(plan.other),
            "drawn": plan.fields.map { $0.choice == .other ? "r" : $0.choice == .both ? "b" : "l" }.joined(),
            "percent": visit.formats.number((likeness.score * 100).rounded(.down)),
            "reasons": likeness.reasons.map { LikenessWords.reason($0, visit) },
            "hasReasons": !likeness.reasons.isEmpty, "mayEdit": visit.may(.editRecords),
            "recommended": DuplicatePages.label("actions", likeness.recommended.rawValue, visit),
            "sign": DuplicatePages.sign(likeness.recommended),
            "isDecided": review?.isDecided ?? false,
            "decision": review.map { DuplicatePages.label("statuses", $0.status.rawValue, visit) } ?? "",
            "next": "/duplicates/next?kind=\(noun.rawValue)" + (review.map { "&after=\($0.id)" } ?? ""),
        ]
        data["preview"] = try await previews(plan)
        let siblings = try await group(review)
        data["siblings"] = siblings
        data["hasSiblings"] = !siblings.isEmpty
        return try visit.page(
            "duplicates/pair", title: visit.phrase("duplicates.pairTitle"), data,
            trail: [Crumb("/duplicates", visit.phrase("duplicates.title"))])
    }

    static func stamp(_ record: R) -> String { record.updatedAt.map { String($0.milliseconds) } ?? "" }

    private func field(_ field: MergeField, _ index: Int, _ names: PairNames) -> PageData {
        func side(_ value: Value?, _ code: String, isChosen: Bool) -> PageData {
            [
                "code": code, "isChosen": isChosen, "isThere": value != nil,
                "text": value.map { names.text($0, field.name, noun, visit) } ?? "",
            ]
        }
        let isBoth = field.choice == .both
        return [
            "index": String(index), "label": names.label(field.name, noun, visit), "isEqual": field.isEqual,
            "isOpen": field.isOpen, "isBoth": isBoth && !field.isEqual,
            "leftSide": side(field.survivor, "left", isChosen: field.choice == .survivor),
            "rightSide": side(field.other, "right", isChosen: field.choice == .other),
        ]
    }

    private func card(_ record: R) async throws -> PageData {
        let points = try await visit.platform.store.find(
            Query<ContactPoint>(
                .equals("entityType", .string(R.kind.rawValue)) && .equals("entityId", .id(record.id.raw)), limit: 50))
        var people: [String] = []
        if R.kind == .company {
            let own = Companies.live && .equals("companyId", .id(record.id.raw))
            people = try await visit.platform.store.find(Query<Person>(own, limit: 5)).map(\.fullName)
        }
        return [
            "id": record.id.description, "name": record.displayName, "href": "/\(noun.rawValue)/\(record.id)",
            "places": record.place, "added": record.createdAt.map(visit.formats.date) ?? "",
            "hasAdded": record.createdAt != nil,
            "points": points.inOrder.map { point in
                [
                    "value": point.contactValue,
                    "type": RecordWords.label(visit, .contactPoints, "contactType", point.contactType.rawValue),
                ] as PageData
            },
            "hasPoints": !points.isEmpty, "people": people, "hasPeople": !people.isEmpty,
            "counts": try await PairCounts.of(record, visit),
        ]
    }

    private func group(_ review: DuplicateReview?) async throws -> [PageData] {
        guard let review else { return [] }
        return try await duplicates.group(of: review).filter { $0.id != review.id }.compactMap { other in
            DuplicatePages.path(of: other).map {
                ["href": $0, "first": other.entityName1 ?? "", "second": other.entityName2 ?? ""]
            }
        }
    }

    // MARK: Preview and merge

    /// Both ways, with what the person has chosen so far.
    func previews() async throws -> PageData { try await previews(nil) }

    private func previews(_ drawn: MergePlan<R>?) async throws -> PageData {
        let there = try await preview(into: "left", drawn), back = try await preview(into: "right", nil)
        return ["ways": [there, back], "mayEdit": visit.may(.editRecords)]
    }

    private func preview(into side: String, _ drawn: MergePlan<R>?) async throws -> PageData {
        let plan = if let drawn { drawn } else { try await merges.plan(R.self, try await request(into: side)) }
        let names = try await PairNames.of(plan.fields, visit)
        let moving = try await PairCounts.moving(plan, visit)
        return [
            "side": side, "key": side == "left" ? "1" : "2",
            "name": plan.survivor.displayName,
            "gone": plan.other.displayName,
            "changes": plan.changes.map { change -> PageData in
                [
                    "label": names.label(change.name, noun, visit), "hasBefore": change.survivor != nil,
                    "before": change.survivor.map { names.text($0, change.name, noun, visit) } ?? "",
                    "hasAfter": change.result != nil,
                    "after": change.result.map { names.text($0, change.name, noun, visit) } ?? "",
                ]
            },
            "hasChanges": !plan.changes.isEmpty, "moving": moving, "hasMoving": !moving.isEmpty,
            "hasDoubled": plan.doubled > 0, "doubled": visit.plural("duplicates.doubled", plan.doubled),
        ]
    }

    /// What the form says: choices that differ from those drawn are the person's own; the rest is left to good sense.
    private func request(into side: String) async throws -> Merges.Request {
        let isLeft = side == "left"
        let seen = (date("leftSeen"), date("rightSeen"))
        var request = Merges.Request(
            isLeft ? left : right, isLeft ? right : left, survivorSeen: isLeft ? seen.0 : seen.1,
            otherSeen: isLeft ? seen.1 : seen.0)
        let drawn = Array(visit.input.text("drawn") ?? "")
        guard !drawn.isEmpty else { return request }
        let fields = try await merges.plan(R.self, Merges.Request(left, right)).fields
        for (index, field) in fields.enumerated() where drawn.indices.contains(index) {
            guard let chosen = visit.input.text("f\(index)"), chosen.first != drawn[index],
                chosen == "left" || chosen == "right"
            else { continue }
            request.choices[field.name] = chosen == side ? .survivor : .other
        }
        return request
    }

    private func date(_ name: String) -> Date? {
        visit.input.text(name).flatMap { Int64($0) }.map { Date(milliseconds: $0) }
    }

    func merge() async throws -> Response {
        guard let side = visit.input.text("into"), side == "left" || side == "right" else {
            throw InvalidFields(["into": .notInList])
        }
        let review = try await duplicates.review(of: R.kind, left, right)
        let done = try await merges.merge(R.self, try await request(into: side), by: visit.principal)
        let undo = Undo(action: DuplicateRoutes.undoPath, id: done.entry.raw)
        guard let review else {
            return visit.redirect(
                to: "/\(noun.rawValue)/\(done.survivor.id)", flash: "duplicates.merged.done", undo: undo)
        }
        return try await DuplicatePages.next(
            visit, R.kind, after: review.id, flash: "duplicates.merged.done", undo: undo)
    }

    func decide() async throws -> Response {
        guard let status = visit.input.text("status").flatMap(DuplicateReview.Status.init(known:)) else {
            throw InvalidFields(["status": .notInList])
        }
        let review = try await duplicates.decide(R.kind, left, right, status, by: visit.principal)
        if status == .pending { return visit.redirect(to: path) }
        return try await DuplicatePages.next(visit, R.kind, after: review.id, flash: "duplicates.kept.done")
    }
}
