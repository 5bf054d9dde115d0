import Matching
import Testing

@Suite struct OneTypoTests {
    @Test(arguments: [
        ("مقاولات", "مقولات"), ("مقاولات", "مقاوولات"), ("مقاولات", "مقاولان"), ("مقاولات", "مقاولتا"),
        ("alrowad", "alrowda"),
    ])
    func `a letter missing, doubled, another one or two exchanged make neighbours, both ways`(_ pair: (String, String))
    {
        for (a, b) in [pair, (pair.1, pair.0)] {
            #expect(OneTypo.neighbours(of: a).contains(b))
            #expect(OneTypo.separates(a, b))
        }
    }

    @Test func `two slips, the word itself and short words are no neighbours`() {
        #expect(!OneTypo.separates("مقاولات", "مقالت"))
        #expect(!OneTypo.separates("النور", "النور"))
        #expect(!OneTypo.neighbours(of: "النور").contains("النور"))
        #expect(OneTypo.neighbours(of: "نور") == [])
        #expect(OneTypo.neighbours(of: String(repeating: "ا", count: 21)) == [])
    }

    @Test func `what is made is what is recognised, for every neighbour of a word`() {
        for word in ["الرياض", "tamimi", "3gulf"] {
            let neighbours = OneTypo.neighbours(of: word)
            #expect(neighbours.allSatisfy { OneTypo.separates(word, $0) })
            #expect(neighbours.count > 100)
        }
    }
}
