import Matching
import Testing

struct QualityTests {
    private func measure(rows: Int, seed: UInt64, bare: Bool) -> (precision: Double, recall: Double) {
        let data = NoisyCompanies(rows: rows, seed: seed)
        var matcher = CompanyMatcher(options: MatchOptions())
        for (row, profile) in data.profiles.enumerated() {
            var profile = profile
            // Copies without any identifier: only name, city, sector and person are left.
            if bare, data.origin[row] != row { (profile.emails, profile.domains, profile.phones) = ([], [], []) }
            _ = matcher.add(profile)
        }
        let resolution = matcher.resolve()
        var (reported, right, found, copies) = (0, 0, 0, 0)
        for row in data.profiles.indices {
            let root = resolution.root(of: row)
            if root != row {
                reported += 1
                if data.origin[root] == data.origin[row] { right += 1 }
            }
            if data.origin[row] != row {
                copies += 1
                if resolution.root(of: data.origin[row]) == root { found += 1 }
            }
        }
        return (Double(right) / Double(max(1, reported)), Double(found) / Double(max(1, copies)))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `noisy duplicates are found and look-alikes stay apart`(seed: UInt64) {
        let quality = measure(rows: 5000, seed: seed, bare: false)
        print("noise \(seed): precision \(quality.precision), recall \(quality.recall)")
        #expect(quality.precision >= 0.97)
        #expect(quality.recall >= 0.98)
    }

    @Test func `copies without identifiers are matched with care`() {
        let quality = measure(rows: 5000, seed: 4, bare: true)
        print("noise without identifiers: precision \(quality.precision), recall \(quality.recall)")
        #expect(quality.precision >= 0.95)
        #expect(quality.recall >= 0.92)
    }
}
