import Claims
import Quantities
import Testing

/// Each verdict that can move is moved here, by evidence.
@Suite struct VerdictTests {
  @Test func energyIsOnlyDividedAtOneBoundaryAndWhenMeasured() {
    for boundary in ["socket", "rails", "board input", "wall", "GPU only"] {
      for tier in ["measured", "estimated", "proxy"] {
        let evidence = Evidence.sample.with {
          $0.energy = .measured(.sample(boundary: boundary, tier: tier))
        }
        let text = evidence.finding("K1").arithmetic.joined(separator: "\n")
        let refused = text.contains("not comparable: \(boundary) \(tier) vs wall")
        #expect(refused == !(boundary == "wall" && tier == "measured"), "\(boundary), \(tier)")
      }
    }
  }
  @Test func gpuVerdictFollowsEnergyAtTheWall() {
    func verdict(_ low: Double, _ high: Double) -> Verdict {
      let energy = EnergyEvidence.sample(low, high, boundary: "wall", tier: "measured")
      return Evidence.sample.with { $0.energy = .measured(energy) }.finding("K1").verdict
    }
    // The server: 0.2436 J/tok ÷ 70 × 1.1 billion parameters = 3.83 mJ/tok.
    #expect(verdict(2, 3) == .overstated)
    #expect(verdict(0.001, 0.003) == .supported)
    #expect(verdict(0.003, 0.005) == .notTestableHere)
  }
  @Test func proxyIsCalledAProxyAndBatchesAreNamed() {
    let lines = Evidence.sample.finding("K1").arithmetic
    #expect(lines.contains { $0.contains("(socket, proxy)") && $0.contains("batch 1") })
    #expect(lines.contains { $0.contains("batch 8") && $0.contains("512") })
    #expect(
      Evidence.sample.finding("K3").arithmetic.contains {
        $0.contains("not comparable: socket proxy vs whole phone")
      })
  }
  @Test func piPredictionIsShareTimesBandwidthOverBytes() {
    let lines = Evidence.sample.finding("K2").arithmetic
    // 18.6 tok/s × 1.1 GB ÷ 33 GB/s = 62 %; 17 GB/s × 0.62 ÷ 1.5 GB = 7.03 tok/s.
    #expect(lines.contains { $0.contains("× 62 % ÷ 1.5 GB") && $0.contains("7.03 tok/s predicted") })
  }
  @Test func weightsInCachePredictNothing() {
    let cached = Evidence.sample.with { $0.decode = .measured(.sample(speed: 60)) }
    let finding = cached.finding("K2")
    #expect(
      finding.arithmetic.contains {
        $0.contains("Prediction for a Pi 5: none here (decode outran memory 2x")
      })
    #expect(finding.why.contains("Published figures alone"))
  }
  @Test func phoneVerdictFollowsThePredictedEnergy() {
    #expect(Evidence.sample.finding("K3").verdict == .contradicted)
    #expect(Evidence.none.finding("K3").verdict == .contradicted)
    // A quarter of a byte for each weight at full bandwidth: 45 tok/s, 0.24 J/tok.
    let small = DecodeEvidence.sample(speed: 119, bytes: 0.275e9)
    #expect(Evidence.sample.with { $0.decode = .measured(small) }.finding("K3").verdict == .overstated)
  }
  @Test func ladderDecidesWhatTheBaselineIsWorth() {
    let finding = Evidence.sample.finding("K4")
    #expect(finding.verdict == .overstated)
    #expect(finding.arithmetic.contains { $0.contains("50x by SIMD × 1.92x by threads = 96.2x") })
    #expect(finding.arithmetic.contains { $0.contains("÷ 96.2x = 8.32x") })
    let steep = Evidence.sample.with { $0.ladder = .measured(.sample(naive: 20)) }
    #expect(steep.finding("K4").verdict == .contradicted)
    #expect(
      Evidence.sample.with { $0.ladder = .measured(.sample(naive: 0.1)) }.finding("K5").why.contains(
        "by 2.5x"))
  }
  @Test func unmeasurableClaimsSayWhy() {
    for id in ["K6", "K18", "K22"] {
      #expect(Evidence.sample.finding(id).verdict == .notTestableHere)
    }
    #expect(Evidence.sample.finding("K10").verdict == .overstated)
  }
}
