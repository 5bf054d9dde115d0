/// How one scalar of the Arabic block (U+0600–U+06FF) is folded.
///
/// Hamza carriers lose their hamza, alef maksura becomes yaa, taa marbuta becomes haa, and the letters of Persian and
/// Urdu keyboards become their Arabic neighbours, because lists typed on different keyboards must still meet.
enum ArabicLetters {
    static let dropped: UInt32 = 0
    static let space: UInt32 = 0x20

    /// The folded scalar, `dropped` for marks that carry no letter, `space` for punctuation.
    static func fold(_ u: UInt32) -> UInt32 {
        switch u {
        case 0x0622, 0x0623, 0x0625, 0x0671, 0x0672, 0x0673: 0x0627
        case 0x0624, 0x0676, 0x0677: 0x0648
        case 0x0626, 0x0649, 0x06CC, 0x0678, 0x06CD, 0x06D0, 0x06D2, 0x06D3: 0x064A
        case 0x0629, 0x06BE, 0x06C0...0x06C3, 0x06D5: 0x0647
        case 0x06A9, 0x06AA, 0x06AF, 0x063B, 0x063C: 0x0643
        case 0x067E: 0x0628
        case 0x0686: 0x062C
        case 0x06A4: 0x0641
        case 0x0698: 0x0632
        case 0x0621, 0x0640, 0x064B...0x065F, 0x0670, 0x0674, 0x0675: dropped
        case 0x0600...0x0605, 0x0610...0x061A, 0x061C, 0x06D6...0x06DC, 0x06DF...0x06E8, 0x06EA...0x06ED: dropped
        case 0x0660...0x0669: u - 0x0660 + 0x30
        case 0x06F0...0x06F9: u - 0x06F0 + 0x30
        case 0x0606...0x060F, 0x061B, 0x061D...0x061F, 0x066A...0x066D, 0x06D4, 0x06DD, 0x06DE, 0x06E9, 0x06FD, 0x06FE:
            space
        default: u
        }
    }

    /// Marks that steer the direction or joining of text and are never seen: they are removed, not made spaces.
    static func isInvisible(_ u: UInt32) -> Bool {
        switch u {
        case 0x061C, 0x00AD, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }

    /// Apostrophes and their look-alikes stand inside names (Sa'ad, O’Neil) and do not end a word.
    static func isApostrophe(_ u: UInt32) -> Bool {
        switch u {
        case 0x27, 0x60, 0xB4, 0x2BB...0x2BF, 0x2C8, 0x2018, 0x2019, 0x201B, 0x2032: true
        default: false
        }
    }
}
