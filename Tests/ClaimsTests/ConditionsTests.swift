import Testing

@testable import Claims

/// No verdict by sleight of unit, boundary, batch or format: each planted difference stops the division.
@Suite struct ConditionsTests {
  private let wall = Conditions(boundary: "wall", tier: "measured", batch: "1", bits: 4.9)

  private func changed(_ change: (inout Conditions) -> Void) -> Conditions {
    var copy = wall
    change(&copy)
    return copy
  }

  @Test func likeIsDividedByLike() {
    #expect(wall.objection(to: wall) == nil)
    #expect(wall.objection(to: changed { $0.bits = 4.5 }) == nil)
    #expect(wall.objection(to: changed { $0.tier = "estimated" }) == nil)
  }

  @Test func everyDifferenceIsNamed() {
    let planted: [((inout Conditions) -> Void, String)] = [
      ({ $0.boundary = "socket" }, "not comparable: wall vs socket"),
      ({ $0.boundary = nil }, "not comparable: wall vs no meter"),
      ({ $0.tier = "proxy" }, "not comparable: a proxy is no meter"),
      ({ $0.batch = "many" }, "not comparable: batch 1 vs many"),
      ({ $0.bits = 32 }, "not comparable: 4.9 vs 32 bits a weight"),
      ({ $0.bits = 8.5 }, "not comparable: 4.9 vs 8.5 bits a weight"),
    ]
    for (change, text) in planted {
      #expect(wall.objection(to: changed(change)) == text)
      #expect(changed(change).objection(to: wall) != nil, "\(text), the other way round")
    }
  }

  /// The verdict on the GPU moves with comparable evidence only.
  @Test func verdictsDoNotMoveByWhatIsNotComparable() {
    let cheap = EnergyEvidence.sample(0.01, 0.02, boundary: "wall", tier: "measured")
    #expect(Evidence.fourBits.with { $0.energy = .measured(cheap) }.finding("K1").verdict == .supported)
    for (evidence, reason) in [
      (Evidence.sample, "32 vs 4.9 bits a weight"),
      (Evidence.fourBits.with { $0.decode = .missing(reason: "gone") }, "gone"),
    ] {
      let finding = evidence.with { $0.energy = .measured(cheap) }.finding("K1")
      #expect(finding.verdict == .overstated && finding.why.contains(reason))
    }
    for tier in ["proxy", "measured"] {
      let socket = EnergyEvidence.sample(
        0.01, 0.02, boundary: tier == "proxy" ? "wall" : "socket", tier: tier)
      let finding = Evidence.fourBits.with { $0.energy = .measured(socket) }.finding("K1")
      #expect(finding.verdict == .overstated && finding.why.contains("not comparable"))
    }
  }
}
