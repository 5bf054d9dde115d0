import Foundation
import MailMIME
import Store
import Testing

@testable import Growth

@Suite struct TemplatesTests {
    private func compiled(
        _ html: String, subject: String = "عرض", text: String? = nil, language: MailLanguage = .arabic,
        tracks: Bool = true
    ) -> CompiledTemplate {
        CompiledTemplate(subject: subject, html: html, text: text, language: language, tracks: tracks)
    }

    /// What a reader's program gets.
    private func delivered(_ template: CompiledTemplate, _ values: TemplateValues = TemplateValues()) throws
        -> ParsedMessage
    {
        let from = NamedAddress("المبيعات", try MailAddress("sales@anwal.example"))
        let date = Date(timeIntervalSince1970: 1_795_000_000)
        let pattern = OutgoingMessage(from: from, messageID: try MessageID("a@b.example"), date: date)
        let mail = try PreparedTemplate(template, pattern).encoded(
            to: NamedAddress(nil, try MailAddress("n@firm.example")), values, messageID: try MessageID("x@b.example"),
            date: date, MergeText.Addresses(link: "https://t.example/c/T/", pixel: "https://t.example/o/T.gif"),
            unsubscribe: nil)
        return try ParsedMessage(mail.bytes)
    }

    private func plain(_ mail: ParsedMessage) -> String? { mail.text?.replacing("\r\n", with: "\n") }

    private func values(_ pairs: KeyValuePairs<TemplateField, String>) -> TemplateValues {
        pairs.reduce(into: TemplateValues()) { $0[$1.key] = $1.value }
    }

    private func codes(_ html: String, subject: String = "عرض") -> Set<TemplateProblem.Code> {
        Set(compiled(html, subject: subject).problems(hasPostalAddress: true).map(\.code))
    }

    @Test func `fields, fallbacks and conditions become what the recipient's record says`() throws {
        let template = compiled(
            "<p>السيد {{personName|المحترم}}{{#if city}} في {{city}}{{else}} أينما كنت{{/if}}</p>",
            subject: "إلى {{companyName}}")
        let full = try delivered(template, values([.personName: "سعد", .city: "جدة", .companyName: "أفق\nالبناء"]))
        #expect(full.html?.contains("السيد سعد في جدة</p>") == true)
        #expect(full.subject == "إلى أفق البناء")
        let bare = try delivered(template)
        #expect(bare.html?.contains("السيد المحترم أينما كنت</p>") == true)
        #expect(plain(bare) == "السيد المحترم أينما كنت\n")
        #expect(template.missing(TemplateValues()) == [.companyName])
    }

    @Test func `a value is text wherever it stands, and is never read as a template again`() throws {
        let template = compiled(
            "<p title=\"{{city}}\">{{companyName}}</p><a href=\"https://x.sa/?q={{city}}\">x</a>", tracks: false)
        let hostile = "\"><script>alert(1)</script>{{email}}&"
        let mail = try delivered(template, values([.companyName: hostile, .city: hostile, .email: "secret@x.sa"]))
        let html = mail.html ?? ""
        #expect(!html.contains("<script") && !html.contains("secret@x.sa"))
        #expect(html.contains("&lt;script&gt;") && html.contains("%22%3E%3Cscript%3E"))
        #expect(mail.text?.contains("{{email}}") == true)
    }

    @Test func `an Arabic mail says its direction on html, body and every block, and isolates Latin and numbers`()
        throws
    {
        let html =
            try delivered(
                compiled(
                    "<html><body><h1>عرض</h1><div><p dir=\"ltr\">x</p><p>اتصل على +966 50 123 4567 الآن، {{companyName}}</p></div></body></html>"
                ),
                values([.companyName: "Alpha Co."])
            ).html ?? ""
        for tag in [
            "<html dir=\"rtl\" lang=\"ar\">", "<body dir=\"rtl\">", "<h1 dir=\"rtl\">", "<div dir=\"rtl\">",
            "<p dir=\"ltr\">x",
        ] {
            #expect(html.contains(tag), "\(tag)")
        }
        #expect(html.contains("على \u{2068}+966 50 123 4567\u{2069} الآن"))
        #expect(html.contains("\u{2068}Alpha Co.\u{2069}"))
        let fragment = try delivered(compiled("<p>مرحبا &nbsp;a</p>")).html ?? ""
        #expect(
            fragment.hasPrefix("<!DOCTYPE html>") && fragment.contains("<body dir=\"rtl\">")
                && fragment.contains("&nbsp;a"))
        let english =
            try delivered(compiled("<p>Dear {{personName}}</p>", language: .english), values([.personName: "سعد"])).html
            ?? ""
        #expect(english.contains("<p dir=\"ltr\">Dear \u{2068}سعد\u{2069}</p>"))
    }

    @Test func `links lead through us and the image that tells of an opening stands once`() throws {
        let template = compiled(
            """
            <a href="https://a.sa/x?y=1&amp;z=2">1</a><a href='https://b.sa'>2</a><a href="https://a.sa/x?y=1&amp;z=2">3</a>
            <a href="mailto:a@b.sa">m</a><a href="{{unsubscribeUrl}}">u</a><a href="https://c.sa/{{city}}">c</a>
            """)
        let html = try delivered(template, values([.unsubscribeUrl: "https://g.sa/u/T", .city: "ج د"])).html ?? ""
        #expect(html.components(separatedBy: "https://t.example/c/T/0").count == 3)
        #expect(html.contains("https://t.example/c/T/1") && html.contains("https://t.example/c/T/2"))
        #expect(html.contains("href=\"mailto:a@b.sa\"") && html.contains("href=\"https://g.sa/u/T\""))
        #expect(html.components(separatedBy: "https://t.example/o/T.gif").count == 2)
        #expect(
            template.html.links.map { $0.string(values([.city: "ج د"])) } == [
                "https://a.sa/x?y=1&z=2", "https://b.sa", "https://c.sa/%D8%AC%20%D8%AF",
            ])
    }

    @Test func `the text part is made of the markup where nobody wrote one`() throws {
        let template = compiled(
            "<head><title>t</title><style>p{}</style></head><h1>عنوان</h1><p>سطر  أول<br>ثان</p><ul><li>أ</li><li>ب</li></ul><p><a href=\"https://a.sa\">هنا</a></p>"
        )
        #expect(try plain(delivered(template)) == "عنوان\n\nسطر أول\nثان\n\n- أ\n- ب\n\nهنا https://a.sa\n")
        #expect(try plain(delivered(compiled("<p>x</p>", text: "مرحبا {{city|بكم}}"))) == "مرحبا بكم")
    }

    @Test func `what must not be sent is named`() {
        let good = "<p>{{postalAddress}} <a href=\"{{unsubscribeUrl}}\">x</a></p>"
        #expect(codes(good) == [.noTextPart])
        #expect(codes("<p>x</p>").isSuperset(of: [.noUnsubscribeLink, .noPostalAddress]))
        let cases: [(String, TemplateProblem.Code)] = [
            ("{{pasword}}", .unknownField), ("{{env \"HOME\"}}", .unknownField), ("{{companyName", .unclosedTag),
            ("{{#if city}}x", .unclosedCondition), ("x{{/if}}", .strayCondition), ("{{else}}", .strayCondition),
            ("<p {{city}}>x</p>", .fieldInMarkup), ("<style>{{city}}</style>", .fieldInMarkup),
            ("<!-- {{city}} -->", .fieldInMarkup), ("<p style=\"{{city}}\">", .fieldInMarkup),
            ("<a href=\"javascript:alert(1)\">x</a>", .unsafeLink), ("<a href=\"{{city}}\">x</a>", .unsafeLink),
            ("<a href=\"https://{{city}}.sa\">x</a>", .unsafeLink), ("<a href=\"\">x</a>", .brokenLink),
            ("<a href=\"www.anwal.sa\">x</a>", .brokenLink), ("<a href=\"https://no-dot\">x</a>", .brokenLink),
            ("<script>x</script>", .activeContent), ("<p onclick=\"x\">", .activeContent),
            ("<img src=\"https://a.sa/b\">", .imageWithoutText),
            ("<a href=\"http://a.sa\">x</a>", .unprotectedLink),
            ("<p>" + String(repeating: "ا", count: 60_000) + "</p>", .overGmailClip),
        ]
        for (html, code) in cases { #expect(codes(good + html).contains(code), "\(html.prefix(60))") }
        #expect(codes(good, subject: "  ").contains(.noSubject))
    }

    @Test(arguments: [
        "${7*7}", "<%= 7*7 %>", "#{7*7}", "*{7*7}", "{{7*7}}", "{{= 7}}", "{{config}}", "{{self}}", "{% debug %}",
        "{{''.__class__}}",
        "@(1+2)", "{{#with x}}", "{{> partial}}", "{{{companyName}}}", "%db_password%", "{php}x{/php}", "[[${x}]]",
    ])
    func `a template of another engine is text or is refused, and never runs`(_ source: String) throws {
        let template = compiled("<p>\(source)</p>")
        let html = try delivered(template, values([.companyName: "c"])).html ?? ""
        #expect(!html.contains("49"))
        if source.contains("{{") {
            #expect(
                template.problems(hasPostalAddress: true).contains {
                    $0.code == .unknownField || $0.code == .unclosedTag
                })
        }
    }

    @Test func `a template is kept, names its fields, and an edit notices another's`() async throws {
        try await SalesBench.with { bench in
            let templates = bench.platform.templates
            var draft = Templates.Draft()
            (draft.name, draft.subject, draft.htmlContent) = ("عرض", "إلى {{companyName}}", "<p>{{city|الرياض}}</p>")
            let made = try await templates.create(draft, by: bench.manager)
            #expect(made.variables == ["city", "companyName"])
            var change = Templates.Draft()
            change.subject = "جديد"
            let edited = try await templates.edit(made.id, change, expected: made.updatedAt, by: bench.manager)
            #expect(edited.subject == "جديد" && edited.htmlContent == made.htmlContent)
            await #expect(throws: StoreError.conflict(collection: "email_templates")) {
                try await templates.edit(made.id, change, expected: made.updatedAt, by: bench.manager)
            }
            var bad = Templates.Draft()
            (bad.name, bad.subject, bad.language) = ("x", String(repeating: "س", count: 301), "fr")
            await #expect(throws: InvalidFields(["subject": .tooLong(300), "language": .notInList])) {
                try await templates.create(bad, by: bench.manager)
            }
        }
    }
}
