extension Evidence {
    /// What the score of the pair rests on, strongest first.
    func reasons(_ a: Int, _ b: Int) -> [Reason] {
        let v = judge(a, b, explains: true)
        var out = v.key.map { Reason(kind: Self.reason($0.kind), weight: Double($0.bits)) }
        out += v.differs.filter { $0.kind != .differentPerson }.map { Reason(kind: $0.kind, weight: Double($0.bits)) }
        if v.hasName { out.append(nameReason(v)) }
        add(v.city, .sameCity, .differentCity, to: &out)
        add(v.sector, .sameSector, .differentSector, to: &out)
        add(v.person, .samePerson, .differentPerson, to: &out)
        if v.isNameAlone { out.append(Reason(kind: .nameAlone, weight: 0)) }
        return out.sorted { abs($0.weight) > abs($1.weight) }
    }

    private func nameReason(_ v: Verdict) -> Reason {
        let likeness = Double(v.name.likeness)
        let kind: Reason.Kind
        if v.nameBits < 0 {
            kind = .differentName
        } else if v.isSound {
            kind = .transliteratedName
        } else {
            kind = v.name.isSame && likeness > 0.95 ? .sameName : .similarName
        }
        return Reason(kind: kind, weight: Double(v.nameBits), likeness: likeness)
    }

    private func add(_ bits: Float, _ same: Reason.Kind, _ different: Reason.Kind, to out: inout [Reason]) {
        if bits != 0 { out.append(Reason(kind: bits > 0 ? same : different, weight: Double(bits))) }
    }

    private static func reason(_ kind: KeyKind) -> Reason.Kind {
        switch kind {
        case .email: .sameEmail
        case .domain: .sameDomain
        case .linkedIn: .sameLinkedIn
        case .mobile, .landline, .sharedLine, .badPhone: .samePhone
        case .person: .samePerson
        }
    }
}
