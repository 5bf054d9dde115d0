/// Words that nearly every Saudi company name draws on, by the part they play in it.
enum WordRole: UInt8 {
    /// What tells one company from another; every word the lexicon does not know.
    case core
    /// A given or family name that very many people bear.
    case common
    /// What a company does; repeats, but differs between companies of one family.
    case activity
    /// Legal form or kind of enterprise.
    case legal
    /// A city, or a word for a branch.
    case place
    /// Particles.
    case filler
}

/// The vocabulary, as data. Arabic and Latin words on one line mean the same, so that a name in one script can be held
/// against a name in the other. All words are written in the folded form without article.
enum Lexicon {
    struct Entry {
        let role: WordRole
        /// Words with the same number mean the same in both scripts.
        let concept: UInt32
    }

    /// By the hash of the folded UTF-8.
    static func isLegal(_ hash: UInt64) -> Bool {
        legalWords.contains(hash: hash)
    }

    /// By the hash of the coded word, see `CodedName`.
    static func entry(_ hash: UInt64) -> Entry? { entries[hash] }

    private static let entries: FixedTable<Entry> = {
        var pairs: [(UInt64, Entry)] = []
        var concept: UInt32 = 0
        for (role, lines) in lines {
            for line in lines.split(separator: "\n") {
                concept += 1
                for word in line.split(separator: " ") {
                    pairs.append((Hash.of(CodedName.code(String(word))), Entry(role: role, concept: concept)))
                }
            }
        }
        return FixedTable(pairs)
    }()

    private static let legalWords: WordSet = {
        let words = legal.split { $0 == "\n" || $0 == " " }.map(String.init)
        return WordSet(words + words.filter { !$0.utf8.allSatisfy { $0 < 0x80 } }.map { "ال" + $0 })
    }()

    private static let lines: [(WordRole, String)] = [
        (.legal, legal), (.filler, filler), (.place, places), (.activity, activities), (.common, names),
    ]

    private static let filler = """
        و and
        في in
        من from
        the
        of
        for
        عن
        ب
        بن ابن بنت bin ibn bint ben
        """

    private static let legal = """
        شركه company co comp cie
        موسسه موسسات establishment est estab
        مصنع مصانع factory fact plant
        مجموعه group grp
        مكتب مكاتب office offices bureau
        محدوده محدود limited ltd ltda
        ذمم llc wll
        مسووليه liability
        ذات
        قابضه holding holdings
        مساهمه jsc psc pjsc joint stock
        شمم
        مقفله مغلقه closed
        عامه public
        تضامنيه تضامن partnership
        توصيه
        بسيطه
        شخص واحد فرديه single person one
        مهنيه professional
        وشركاه شركاه شركاوه وشركاوه وشركائه شركاء partners partner
        واولاده اولاده واولادهم اولاد وابناوه ابناوه ابناء وابناء sons
        واخوانه اخوانه واخوته اخوته اخوان واخوان brothers bros
        corporation corp inc incorporated
        enterprise enterprises
        sa
        fze fzco fzc
        """

    private static let places = """
        فرع فروع branch branches br
        رياض riyadh riyad
        جده jeddah jidda jedda jiddah
        مكه makkah mecca mekkah
        مدينه madinah medina madina medinah
        منوره munawwarah munawarah
        مكرمه mukarramah
        دمام dammam
        خبر khobar
        ظهران dhahran
        جبيل jubail
        قطيف qatif
        احساء حساء ahsa hasa hassa
        هفوف hofuf hufuf
        طائف طايف taif
        بريده buraydah buraidah
        قصيم qassim qaseem
        عنيزه unaizah onaizah
        تبوك tabuk tabouk
        ابها abha
        خميس khamis
        مشيط mushait
        عسير asir aseer
        حايل hail
        نجران najran
        جازان جيزان jazan jizan
        ينبع yanbu
        خرج kharj
        عرعر arar
        سكاكا sakaka
        جوف jawf jouf
        باحه baha
        سعوديه saudi ksa
        """

    private static let activities = """
        تجاره تجاريه تجارى تجاري trading trade commercial commerce trad trdg
        مقاولات مقاوله contracting contractors contractor contr cont
        صناعه صناعيه صناعات صناعي industrial industry industries ind
        تصنيع manufacturing mfg
        عقار عقاريه عقارات عقاري realestate estates property properties
        نقل transport transportation transports
        نقليات
        لوجستيه لوجستيات logistics logistic
        شحن cargo freight shipping
        تقنيه تقنيات technology technologies tech
        معلومات information
        حاسب حاسوب كمبيوتر computer computers
        اتصالات communication communications telecom telecommunications
        اغذيه غذاييه food foods foodstuff
        مطاعم مطعم restaurants restaurant
        صحه صحيه health healthcare
        طبيه طبي medical
        صيدليه صيدليات ادويه pharmacy pharmacies pharmaceutical pharmaceuticals pharma
        مستشفي مستشفيات hospital hospitals
        عياده عيادات clinic clinics
        تعليم تعليميه education educational
        مدرسه مدارس school schools
        جامعه university
        تدريب training
        معهد institute
        اكاديميه academy
        استشارات استشاريه consulting consultants consultancy consultant consultations
        هندسه هندسيه هندسي engineering engineers eng
        معماريه عماره architecture architects architectural
        اداريه اداره management
        سياحه سياحيه tourism
        سفر سفريات travel travels
        ضيافه hospitality
        فندق فنادق فندقيه hotel hotels
        طاقه energy
        كهرباء كهرباييه كهربا electric electrical electricity
        ميكانيكيه mechanical
        تكييف ac hvac airconditioning
        تبريد cooling refrigeration
        حديد iron
        صلب فولاذ steel
        بلاستيك بلاستيكيه plastic plastics
        معادن معدنيه metal metals
        تعدين mining
        اثاث furniture
        مفروشات furnishing furnishings
        دعايه advertising
        اعلان اعلانات ads advertisement
        اعلام اعلاميه media
        تسويق marketing
        تشغيل operation operations operating
        صيانه maintenance maint
        موارد resources
        بشريه human
        توظيف recruitment employment
        امن امنيه security
        سلامه safety
        سيارات سياره motors cars automotive auto vehicles
        قطع
        غيار spare parts
        زراعه زراعيه agriculture agricultural agri farms
        مياه water
        طباعه printing press print
        تغليف packaging
        نشر publishing
        رقميه digital
        حلول solutions solution
        انظمه نظم systems system
        برمجه برمجيات software
        تامين insurance
        ماليه مالي finance financial
        استثمار استثماريه استثمارات investment investments invest
        تطوير تنميه development developments
        خدمات خدمه services service serv
        بيع مبيعات sales
        تسويات
        تموين تموينات catering supplies supply
        توريد توريدات supplying
        استيراد import imports
        تصدير export exports
        بناء انشاء انشاءات تشييد construction constructions building
        تعمير
        مواد materials material
        اسمنت cement
        خرسانه خرسانيه جاهزه concrete readymix
        خشب اخشاب نجاره wood carpentry
        المنيوم aluminium aluminum
        زجاج glass
        دهانات paints
        ديكور decor decoration interiors interior design
        تصميم
        نفط بترول petroleum oil
        غاز gas
        بتروكيماويات petrochemical petrochemicals
        كيماويات كيميائيه كيماويه chemical chemicals
        بيئه بيئيه environment environmental
        نظافه cleaning
        ملابس garments clothing fashion apparel
        نسيج منسوجات textile textiles
        ذهب مجوهرات jewelry jewellery gold
        عطور perfumes perfume
        تجميل beauty cosmetics
        محاماه محامي law lawyers advocates legal
        محاسبه محاسبون محاسبين accounting accountants
        مراجعه audit auditing
        مركز مراكز center centre centers
        معرض exhibition exhibitions
        متاجر متجر store stores shop
        اسواق سوق markets market
        تجزئه retail
        جمله wholesale
        مخابز مخبز bakery bakeries
        حلويات sweets
        عامه general
        متحده united
        وطنيه national
        دوليه عالميه international intl int global
        عربيه عربي arabian arab arabia
        خليج خليجيه gulf
        شرق الشرقيه eastern east
        غرب غربيه western west
        متقدمه متطوره advanced
        حديثه modern
        جديده new
        متخصصه specialized
        """

    private static let names = """
        محمد
        احمد
        عبدالله
        عبدالرحمن
        عبدالعزيز
        ابراهيم
        خالد
        سعود
        فهد
        سلطان
        ناصر
        يوسف
        عمر
        علي
        حسن
        حسين
        صالح
        سعد
        سعيد
        فيصل
        عتيبي
        قحطاني
        غامدي
        زهراني
        حربي
        شمري
        مطيري
        دوسري
        عنزي
        شهري
        mohammed
        mohammad
        muhammad
        ahmed
        abdullah
        abdulrahman
        abdulaziz
        ibrahim
        khalid
        saud
        fahad
        sultan
        nasser
        yousef
        omar
        hassan
        hussain
        saleh
        saad
        saeed
        faisal
        otaibi
        qahtani
        ghamdi
        zahrani
        harbi
        shammari
        mutairi
        dosari
        anazi
        shehri
        """
}
