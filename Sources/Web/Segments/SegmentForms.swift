import Growth
import Hummingbird
import Store

/// The editor of segments, and the parts of it that are drawn anew while somebody works.
enum SegmentForms {
    static func new(_ visit: MemberVisit, _ trouble: Trouble = Trouble()) async throws -> Response {
        var segment = Segment()
        if let target = visit.query("target") { segment.targetType = Segment.Target(rawValue: target) }
        return try await page(visit, segment, action: "/segments", title: visit.phrase("segments.new"), trouble)
    }

    static func edit(_ visit: MemberVisit, _ trouble: Trouble = Trouble()) async throws -> Response {
        let segment = try await visit.platform.segments.get(try visit.id())
        return try await page(visit, segment, action: "/segments/\(segment.id)", title: segment.name, trouble)
    }

    /// Why nothing was saved.
    struct Trouble {
        var fields: [String: FieldProblem] = [:]
        var sentence: String?
        var isConflict = false

        var isEmpty: Bool { fields.isEmpty && sentence == nil && !isConflict }
    }

    /// Runs what saves; answers with the form again where it was refused.
    static func saving(
        _ visit: MemberVisit, again: (MemberVisit, Trouble) async throws -> Response,
        _ save: () async throws -> Segment
    ) async throws -> Response {
        do {
            let segment = try await save()
            return visit.redirect(to: "/segments/\(segment.id)", flash: "records.saved")
        } catch let error as InvalidFields {
            return try await again(visit, Trouble(fields: error.problems))
        } catch let error as FilterError {
            return try await again(visit, Trouble(sentence: SegmentReachView.sentence(error, visit)))
        } catch WebError.badJSON(let offset) {
            return try await again(
                visit, Trouble(sentence: visit.phrase("errors.bad_json", ["offset": String(offset)])))
        } catch StoreError.conflict {
            return try await again(visit, Trouble(isConflict: true))
        }
    }

    private static func page(
        _ visit: MemberVisit, _ stored: Segment, action: String, title: String, _ trouble: Trouble
    ) async throws -> Response {
        let isNew = action == "/segments"
        var segment = stored
        var data = try await builder(visit, &segment)
        func value(_ name: String, _ stored: String?) -> String { visit.input.text(name) ?? stored ?? "" }
        func options(_ field: String, _ words: [String], _ chosen: String) -> [PageData] {
            RecordWords.options(visit, .segments, field, words, chosen: chosen)
        }
        data["heading"] = isNew ? title : visit.phrase("records.editing", ["name": title])
        data["action"] = action
        data["id"] = isNew ? "" : stored.id.description
        data["back"] = isNew ? "/segments" : action
        data["name"] = value("name", stored.name)
        data["description"] = value("description", stored.description)
        data["targets"] = options("targetType", Segment.Target.known.map(\.rawValue), segment.targetType.rawValue)
        data["types"] = options("type", Segment.Kind.known.map(\.rawValue), value("type", stored.type.rawValue))
        data["statuses"] = options(
            "status", Segment.Status.known.map(\.rawValue), value("status", stored.status.rawValue))
        data["updatedAt"] = value("updatedAt", stored.updatedAt.map { String($0.milliseconds) })
        if trouble.isConflict { data["updatedAt"] = stored.updatedAt.map { String($0.milliseconds) } ?? "" }
        data["errors"] = visit.sentences(trouble.fields)
        data["hasProblems"] = !trouble.fields.isEmpty
        data["isRefused"] = trouble.sentence != nil
        data["refusal"] = trouble.sentence ?? ""
        data["isConflict"] = trouble.isConflict
        data["reach"] = [try await SegmentReachView.data(segment, visit)]
        let list = Crumb("/segments", visit.phrase("segments.title"))
        return try visit.page(
            "segments/form", title: isNew ? title : visit.phrase("records.edit"), data,
            trail: [list] + (isNew ? [] : [Crumb(action, stored.name)]),
            status: trouble.isEmpty ? .ok : trouble.isConflict ? .conflict : .unprocessableContent)
    }

    // MARK: Parts

    /// The builder over what the form has now.
    static func builder(_ visit: MemberVisit) async throws -> Response {
        var segment = try await known(visit)
        return try visit.fragment("segments/builder", try await builder(visit, &segment))
    }

    /// Count and sample of what the form has now.
    static func reach(_ visit: MemberVisit) async throws -> Response {
        do {
            let segment = try SegmentInput.drafted(visit.input, over: try await known(visit))
            return try visit.fragment("segments/reach", try await SegmentReachView.data(segment, visit))
        } catch WebError.badJSON(let offset) {
            let sentence = visit.phrase("errors.bad_json", ["offset": String(offset)])
            return try visit.fragment("segments/reach", ["hasProblem": true, "problem": sentence])
        }
    }

    /// The stored segment that the form is about, so that it cannot name itself; a new one otherwise.
    private static func known(_ visit: MemberVisit) async throws -> Segment {
        guard let id = EntityID<Segment>(visit.input.text("id") ?? "") else { return Segment() }
        return try await visit.platform.segments.get(id)
    }

    private static func builder(_ visit: MemberVisit, _ segment: inout Segment) async throws -> PageData {
        var isBroken = false
        var text: String?
        do {
            segment = try SegmentInput.drafted(visit.input, over: segment)
        } catch WebError.badJSON {
            // Kept as it was typed; the builder waits until it can be read.
            isBroken = true
            text = visit.input.text("filters")
        }
        let names = try await FilterNames(visit, segment.targetType, without: segment.id)
        let builder = FilterBuilder(visit: visit, names: names, context: FilterContext(visit))
        let root = FilterVocabulary(segment.targetType).map { builder.data(segment.filters, $0) }
        return [
            "root": root.map { [$0] } ?? [], "isBroken": isBroken, "isUnknown": root == nil,
            "json": text ?? segment.filters?.indentedJSON ?? "",
        ]
    }
}
