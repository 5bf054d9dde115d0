import MailDNS

/// The sentences of `anwal doctor --mailbox`: what is, and what to do.
enum SenderWords {
    static func sentence(_ finding: SenderFinding) -> String {
        switch finding.code {
        case .fine: return Output.words("سليم.", "Fine.")
        case .notAnswered: return Output.words("لم يجب خادم الأسماء.", "The name server did not answer.")
        default: break
        }
        switch finding.check {
        case .spf: return spf(finding.code)
        case .dkim: return dkim(finding.code)
        case .dmarc: return dmarc(finding.code)
        case .mx:
            return Output.words(
                "لا خادم يستلم بريد هذا النطاق، فلا تصل الردود ولا إشعارات الارتداد. أضف سجل MX.",
                "No server takes mail for this domain, so replies and bounces go nowhere. Add an MX record.")
        case .ptr: return ptr(finding.code)
        }
    }

    private static func spf(_ code: SenderFinding.Code) -> String {
        switch code {
        case .missing:
            Output.words(
                "لا سجل SPF. أضف سجل TXT للنطاق يذكر خوادم مزوّدك، مثل: v=spf1 include:_spf.google.com ~all",
                "No SPF. Add a TXT record to the domain that names your provider's servers, such as: v=spf1 include:_spf.google.com ~all"
            )
        case .several:
            Output.words(
                "أكثر من سجل SPF، فيعدّها المستلمون كأنها غير موجودة. ادمجها في سجل واحد.",
                "More than one SPF record, which receivers treat as none. Merge them into one.")
        case .open:
            Output.words(
                "يسمح سجل SPF لأي خادم بالإرسال باسمك. أنهِه بـ ~all أو -all",
                "SPF lets every server send in your name. End it with ~all or -all.")
        case .providerNotNamed:
            Output.words(
                "لا يذكر سجل SPF مزوّد الخدمة الذي ترسل منه. أضف include الخاص به.",
                "SPF does not name the provider that you send through. Add its include.")
        case .tooManyLookUps:
            Output.words(
                "يحتاج سجل SPF إلى أكثر من عشرة استعلامات، فيرفضه المستلمون. احذف ما لا تستعمله.",
                "SPF needs more than ten look-ups, so receivers reject it. Take out what you do not use.")
        default:
            Output.words(
                "لا يقول سجل SPF شيئا عن الخوادم الأخرى. أنهِه بـ ~all أو -all",
                "SPF says nothing of other servers. End it with ~all or -all.")
        }
    }

    private static func dkim(_ code: SenderFinding.Code) -> String {
        switch code {
        case .revoked:
            Output.words(
                "أُلغي مفتاح DKIM تحت هذا المحدِّد. أنشئ مفتاحا جديدا لدى مزوّدك.",
                "The DKIM key under this selector was taken back. Make a new one at your provider.")
        case .differs:
            Output.words(
                "المفتاح المنشور تحت هذا المحدِّد غير الذي تُوقَّع به الرسائل. انشر السجل المعروض في صفحة حساب البريد.",
                "The key published under this selector is not the one that signs. Publish the record that the mailbox's page shows."
            )
        case .missing:
            Output.words(
                "لا مفتاح DKIM تحت هذا المحدِّد. تحقق من اسمه لدى مزوّدك.",
                "No DKIM key under this selector. Check its name at your provider.")
        default:
            Output.words(
                "لا مفتاح DKIM تحت المحدِّدات المعتادة. اقرأ اسم المحدِّد لدى مزوّدك وأعد الفحص بالخيار ‎--selector، أو فعّل DKIM هناك.",
                "No DKIM key under the usual selectors. Read the selector's name at your provider and check again with --selector, or turn DKIM on there."
            )
        }
    }

    private static func dmarc(_ code: SenderFinding.Code) -> String {
        switch code {
        case .watchesOnly:
            Output.words(
                "سياسة DMARC للمراقبة فقط (p=none). حين تنجح رسائلك في SPF وDKIM اجعلها quarantine.",
                "DMARC only watches (p=none). Once your mails pass SPF and DKIM, make it quarantine.")
        case .several:
            Output.words(
                "أكثر من سجل DMARC، فلا يُعمل بأي منها. أبقِ واحدا.",
                "More than one DMARC record, so none counts. Keep one.")
        case .unreadable:
            Output.words(
                "سجل DMARC بلا سياسة صحيحة. اكتب p=none أو p=quarantine أو p=reject",
                "The DMARC record has no valid policy. Write p=none, p=quarantine or p=reject.")
        default:
            Output.words(
                "لا سجل DMARC، وتطلبه Gmail وOutlook ممن يرسل كثيرا. أضف TXT باسم ‎_dmarc‎ قيمته: v=DMARC1; p=none; rua=mailto:…",
                "No DMARC, which Gmail and Outlook ask of those who send much. Add a TXT record _dmarc with: v=DMARC1; p=none; rua=mailto:…"
            )
        }
    }

    private static func ptr(_ code: SenderFinding.Code) -> String {
        switch code {
        case .notConfirmed:
            Output.words(
                "اسم عنوان الخادم لا يعود إلى العنوان نفسه. يصلحه من يدير الخادم.",
                "The name of the server's address does not lead back to it. Whoever runs the server can mend that.")
        default:
            Output.words(
                "لا اسم لعنوان الخادم (PTR). يضيفه من يدير الخادم.",
                "The server's address has no name (PTR). Whoever runs the server can add it.")
        }
    }

    /// What to look at where no name server can be asked.
    static func byHand(_ domain: String) -> String {
        let names = [
            "dig TXT \(domain)", "dig TXT _dmarc.\(domain)", "dig TXT SELECTOR._domainkey.\(domain)",
            "dig MX \(domain)",
        ]
        return Output.words(
            "تعذّر الوصول إلى خادم أسماء من هذا الجهاز. اختر غيره بالخيار ‎--dns، أو تحقق بنفسك من جهاز متصل بالإنترنت:",
            "A name server cannot be reached from here. Name another with --dns, or look yourself on a machine that is online:"
        )
            + names.map { "\n  " + $0 }.joined()
    }
}
