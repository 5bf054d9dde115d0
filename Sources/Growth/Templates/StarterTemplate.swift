/// A template to begin with: whole, without a problem, in a form that mail programs show well. Tables and attributes of old, because
/// Outlook for Windows draws by the engine of a word processor.
public struct StarterTemplate: Sendable {
    public let id: String
    public let language: MailLanguage
    public let name: String
    public let subject: String
    public let html: String
    public let text: String

    public static let all = [introduction, followUp, invitation, english]

    public static func find(_ id: String) -> StarterTemplate? { all.first { $0.id == id } }

    private init(
        _ id: String, _ language: MailLanguage = .arabic, name: String, subject: String, greeting: String,
        paragraphs: [String], button: (label: String, address: String)? = nil, closing: String
    ) {
        self.id = id
        self.language = language
        self.name = name
        self.subject = subject
        let words = language == .english ? Words.english : Words.arabic
        let action = button.map {
            Self.button.replacing("LABEL", with: $0.label).replacing("ADDRESS", with: $0.address)
        }
        let body = ([greeting] + paragraphs).map { "<p style=\"margin:0 0 16px\">\($0)</p>" }.joined(separator: "\n")
        let end = "<p style=\"margin:0\">\(closing)<br>{{senderName|\(words.team)}}<br>{{teamName|}}</p>"
        html = Self.frame.replacing("BODY", with: [body, action, end].compactMap(\.self).joined(separator: "\n"))
            .replacing("TEAM", with: words.team).replacing("WHY", with: words.why)
            .replacing("LEAVE", with: words.leave)
        let actionText = button.map { "\n\n\($0.label): \($0.address)" } ?? ""
        text =
            ([greeting] + paragraphs).joined(separator: "\n\n") + actionText
            + "\n\n\(closing)\n{{senderName|\(words.team)}}\n{{teamName|}}\n\n--\n\(words.why)\n{{postalAddress}}\n\(words.leave): {{unsubscribeUrl}}\n"
    }

    private struct Words {
        let team: String
        let why: String
        let leave: String

        static let arabic = Words(
            team: "فريق المبيعات", why: "وصلتك هذه الرسالة لأن نشاط {{companyName|منشأتكم}} قريب مما نقدمه.",
            leave: "إلغاء الاشتراك")
        static let english = Words(
            team: "The sales team",
            why: "You receive this because what {{companyName|your company}} does is close to what we offer.",
            leave: "Unsubscribe")
    }

    private static let font = "font-family:Tahoma,'Segoe UI',Arial,sans-serif"

    private static let frame = """
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f2f4f6">
        <tr><td align="center" style="padding:24px 12px">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="max-width:600px">
        <tr><td style="padding:20px 28px;border-bottom:3px solid #0c6b62;\(font);font-size:18px;line-height:1.5;font-weight:bold;color:#0c6b62">{{teamName|TEAM}}</td></tr>
        <tr><td style="padding:28px;\(font);font-size:16px;line-height:1.8;color:#1f2933">
        BODY
        </td></tr>
        <tr><td style="padding:18px 28px;border-top:1px solid #d9dee4;\(font);font-size:13px;line-height:1.7;color:#54606c">
        WHY<br>
        {{postalAddress}}<br>
        <a href="{{unsubscribeUrl}}" style="color:#0c6b62">LEAVE</a>
        </td></tr>
        </table>
        </td></tr>
        </table>
        """

    private static let button = """
        <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px"><tr><td bgcolor="#0c6b62" style="border-radius:6px;padding:12px 24px">
        <a href="ADDRESS" style="\(font);font-size:16px;font-weight:bold;color:#ffffff;text-decoration:none">LABEL</a>
        </td></tr></table>
        """

    // MARK: Their words

    private static let introduction = StarterTemplate(
        "introduction", name: "تعريف بخدماتنا",
        subject: "{{personName|حيّاك الله}}، فكرة قد تفيد {{companyName|منشأتكم}}",
        greeting:
            "{{#if personName}}الأستاذ {{personName}}{{else}}السادة الكرام{{/if}}، السلام عليكم ورحمة الله وبركاته",
        paragraphs: [
            "نعمل مع منشآت في {{sector|مجالكم}}{{#if city}} في {{city}}{{/if}}، ونساعدها على خفض التكاليف وتسريع التوريد.",
            "{{#if recommendedService}}نرى أن خدمة «{{recommendedService}}» هي الأنسب لكم في البداية، ويسعدنا أن نشرح لكم كيف تعمل.{{else}}يسعدنا أن نشرح لكم ما نقدمه في دقائق قليلة.{{/if}}",
            "هل يناسبكم اتصال لعشر دقائق هذا الأسبوع؟ يكفي أن تردوا على هذه الرسالة بالوقت المناسب.",
        ], closing: "مع خالص التحية،")

    private static let followUp = StarterTemplate(
        "follow_up", name: "متابعة قصيرة", subject: "متابعة لرسالتنا إلى {{companyName|منشأتكم}}",
        greeting: "{{#if personName}}الأستاذ {{personName}}{{else}}السادة الكرام{{/if}}، السلام عليكم",
        paragraphs: [
            "كتبنا إليكم قبل أيام، ونقدّر انشغالكم.",
            "إن كان الموضوع يهمكم فيكفي رد بكلمة «نعم» ونتواصل معكم، وإن كان غيركم هو المعني به فنشكر لكم توجيهنا إليه.",
        ], closing: "شاكرين لكم وقتكم،")

    private static let invitation = StarterTemplate(
        "invitation", name: "دعوة إلى لقاء", subject: "دعوة خاصة لـ {{companyName|منشأتكم}}",
        greeting:
            "{{#if personName}}الأستاذ {{personName}}{{else}}السادة الكرام{{/if}}، السلام عليكم ورحمة الله وبركاته",
        paragraphs: [
            "يسرنا دعوتكم إلى لقاء تعريفي نعرض فيه تجارب منشآت في {{sector|مجالكم}} وما حققته خلال عام.",
            "المقاعد محدودة، والحضور مجاني، ويمكن لأكثر من شخص من {{companyName|منشأتكم}} أن يسجل.",
        ], button: ("تأكيد الحضور", "https://example.com/register"), closing: "نتطلع إلى لقائكم،")

    private static let english = StarterTemplate(
        "introduction_en", .english, name: "Introduction (English)",
        subject: "{{personName|Hello}}, an idea for {{companyName|your company}}",
        greeting: "Dear {{personName|Sir or Madam}},",
        paragraphs: [
            "We work with companies in {{sector|your field}}{{#if city}} in {{city}}{{/if}} and help them to cut costs and to get supplies sooner.",
            "{{#if recommendedService}}We think that {{recommendedService}} would suit you best to begin with, and would be glad to show you how it works.{{else}}We would be glad to show you what we offer, in a few minutes.{{/if}}",
            "Would a ten-minute call this week suit you? A reply with a time is enough.",
        ], closing: "Kind regards,")
}
