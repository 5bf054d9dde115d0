/// The words that the most used passwords are made of. `PasswordRules` adds what people do to them: digits, years,
/// capitals, signs, letters written as digits, doubling. Written for this program from general knowledge.
enum CommonWords {
    static let all: Set<String> = Set(
        """
        password passwort passw0rd passwd pass word senha parola secret geheim hidden private login logon signin welcome
        welkom bienvenue hello helloworld world admin administrator root toor master system server manager user guest
        test testing tester demo sample example default change changeme letmein open opensesame sesame access enter
        internet computer laptop windows microsoft google facebook youtube twitter instagram whatsapp snapchat telegram
        samsung apple iphone android nokia huawei oracle cisco linux ubuntu network wireless wifi router database
        qwerty qwertz azerty qwert asdf zxcv qazwsx wsx edc poiuy lkjhg mnbvc trustno trustnoone iloveyou loveyou love
        lovely lover lovers forever together baby babygirl babyboy girl boy princess prince queen king kingdom angel
        angels heart sweet sweety honey sugar candy cookie chocolate butter cheese banana orange cherry apples lemon
        summer winter spring autumn january february march april june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday morning night sunshine sunset moon moonlight star stars
        starwars pokemon pikachu minecraft fortnite roblox playstation nintendo xbox mario zelda sonic batman superman
        spiderman ironman hulk avengers marvel matrix harry potter hogwarts naruto dragon dragons dragonball phoenix
        shadow silver golden gold diamond crystal purple yellow green blue black white red ninja samurai warrior soldier
        hunter killer monster vampire zombie devil demon wizard magic merlin mustang ferrari porsche mercedes toyota
        honda nissan lexus bmw corvette camaro harley yamaha football soccer baseball basketball hockey tennis golf
        cricket rugby swimming player champion winner liverpool chelsea arsenal barcelona realmadrid madrid juventus
        milan ronaldo messi neymar beckham jordan michael michelle jennifer jessica ashley amanda nicole daniel david
        andrew joshua matthew anthony robert william thomas charlie george james john maria martin samantha thunder
        lightning storm freedom liberty america american england london paris berlin canada mexico australia india
        pakistan turkey egypt cairo dubai kuwait qatar bahrain oman jordan lebanon syria iraq morocco yemen saudi saudia
        arabia ksa riyadh jeddah makkah mecca madinah medina dammam khobar abha tabuk taif hail qassim najran jazan
        neom vision aramco sabic hilal alhilal nassr alnassr alittihad alahli ittihad ahli shabab allah bismillah alhamdulillah subhanallah mashallah
        inshallah islam muslim quran ramadan mohammed mohammad muhammad mohamed ahmad ahmed abdullah abdulaziz
        abdulrahman khalid khaled fahad faisal sultan salman turki bandar nasser saleh salem omar othman ali hassan
        hussain hussein ibrahim yousef yousif fatima aisha maryam mariam noura sara sarah reem lama habibi habibti
        hayati salam marhaba ahlan shukran yarab yarabb company business sales office market account money dollar
        dollars riyal million success winner power energy music guitar metal rock dance party happy smile friend friends
        family mother father brother sister daddy mommy mama papa children school student teacher college university
        doctor nurse police soldier pirate captain commander cowboy tiger lion eagle falcon hawk wolf bear panther shark
        dolphin monkey horse puppy kitty kitten rabbit chicken turtle butterfly flower flowers rose jasmine daisy violet
        garden ocean river mountain island forest nature animal coffee pepper ginger peanut pumpkin snoopy garfield
        mickey minnie donald disney barbie tinkerbell scooby simpson homer whatever nothing something anything everything
        blink slipknot metallica nirvana eminem biteme fuckyou fuck fucker bitch asshole sexy hottie stupid loser
        please thanks sorry goodluck goodbye because jesus christ blessed church heaven faith grace mercy peace
        anwal growth anwalgrowth crm
        كلمة السر المرور سري مرحبا السلام عليكم الله محمد احمد أحمد عبدالله السعودية الرياض جدة مكة المدينة الحمد لله
        بسم سبحان حبيبي حبيبتي اهلا أهلا سهلا النصر الهلال الاتحاد الاهلي الأهلي تجربة مدير مستخدم دخول
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    /// Rows and columns of keyboards, and alphabets.
    static let runs = [
        "0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
        "qwertyuiopasdfghjklzxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
        "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9", "1a2b3c4d5e6f7g8h9i", "147258369",
        "741852963",
        "qweasdzxc", "123qweasdzxc", "qwe123asd456zxc789", "abc123def456", "qwertzuiop", "azertyuiop", "qsdfghjklm",
        "asd123qwe456",
        "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "٠١٢٣٤٥٦٧٨٩",
    ]
}
