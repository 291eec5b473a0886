import Claims
import Quantities
import Testing

/// Each verdict that can move is moved here, by evidence.
@Suite struct VerdictTests {
  @Test func energyIsOnlyDividedAtOneBoundaryAndNeverForAProxy() {
    for boundary in ["socket", "rails", "board input", "wall", "GPU only"] {
      for tier in ["measured", "estimated", "proxy"] {
        let evidence = Evidence.sample.with {
          $0.energy = .measured(.sample(boundary: boundary, tier: tier))
        }
        let text = evidence.finding("K1").arithmetic.joined(separator: "\n")
        let divided = text.contains("this machine (") && text.contains("÷ 70) =")
        #expect(divided == (boundary == "wall" && tier != "proxy"), "\(boundary), \(tier)")
        #expect(divided != text.contains("none here (not comparable: "), "\(boundary), \(tier)")
        #expect(!text.contains("wall vs wall") && !text.contains("meter reading vs wall"))
      }
    }
  }
  @Test func gpuVerdictFollowsEnergyAtTheWall() {
    for tier in ["measured", "estimated"] {
      func verdict(_ low: Double, _ high: Double) -> Verdict {
        let energy = EnergyEvidence.sample(low, high, boundary: "wall", tier: tier)
        return Evidence.sample.with { $0.energy = .measured(energy) }.finding("K1").verdict
      }
      // The server: 0.2436 J/tok ÷ 70 × 1.1 billion parameters = 3.83 mJ/tok.
      #expect(verdict(2, 3) == .overstated)
      #expect(verdict(0.001, 0.003) == .supported)
      #expect(verdict(0.003, 0.005) == .notTestableHere)
    }
  }
  @Test func wattsThatTheUserReadCountAndAreCalledSo() {
    let read = Evidence.sample.with {
      $0.energy = .measured(.sample(2, 3, boundary: "wall", tier: "estimated"))
    }
    let finding = read.finding("K1")
    #expect(
      finding.why
        == "At the wall (your meter reading) this machine needs more energy per parameter and token.")
    let lines = finding.arithmetic
    #expect(
      lines.contains {
        $0.contains("this machine (your meter reading, batch 1)") && $0.contains("= 523x–784x")
      })
    #expect(lines.contains { $0.contains("2–3 J/tok (wall, your meter reading)") })
    #expect(read.finding("K3").arithmetic.contains { $0.hasSuffix("not comparable: wall vs whole phone") })
  }
  @Test func proxyIsCalledAProxyAndBatchesAreNamed() {
    let lines = Evidence.sample.finding("K1").arithmetic
    #expect(lines.contains { $0.contains("(socket, proxy)") && $0.contains("batch 1") })
    #expect(lines.contains { $0.contains("batch 8") && $0.contains("512") })
    #expect(
      Evidence.sample.finding("K3").arithmetic.contains {
        $0.contains("(socket, proxy); not comparable: socket vs whole phone")
      })
  }
  @Test func piFiguresSayTheirFormatAndWhatTheyAssume() {
    let finding = Evidence.sample.finding("K2")
    let lines = finding.arithmetic
    #expect(
      lines.contains { $0.hasPrefix("In f32") && $0.contains("at most 17 GB/s [P] ÷ 6 GB = 2.83 tok/s") })
    // 4.65 tok/s × 4.4 GB ÷ 33 GB/s = 62 %; 17 GB/s × 0.62 ÷ (1.5 billion × 4.5 bits) = 12.5 tok/s.
    #expect(
      lines.contains {
        $0.contains("× 62 % ÷ 844 MB = 12.5 tok/s, an estimate that assumes the same share of bandwidth")
      })
    #expect(lines.contains { $0.contains("tinyllama-1.1b, f32: 4.65 tok/s × 4.4 GB") })
    #expect(finding.why.contains("4-bit estimate is 1.93x the published speed"))
    // The bound in f32 lies below the speed published for 4 bits: nothing may set the two side by side.
    #expect(!(lines + [finding.why]).contains { $0.contains("2.83 tok/s") && $0.contains("6.48 tok/s") })
  }
  @Test func aLongNameKeepsItsFormat() {
    let name = "deepseek-r1-distill-qwen-1.5b-q4_k_m-instruct, f32"
    let long = Evidence.sample.with { $0.decode = .measured(.sample(model: name)) }
    #expect(long.finding("K2").arithmetic.contains { $0.contains("truct, f32: 4.65 tok/s") })
  }
  @Test func weightsInCacheSayNothingAboutAPi() {
    let outran = Evidence.sample.with { $0.decode = .measured(.sample(speed: 15)) }
    let partly = Evidence.sample.with { $0.decode = .measured(.sample(speed: 60, bytes: 127e6)) }
    let memory = Evidence.sample.with { $0.decode = .measured(.sample(speed: 60, bytes: 128e6)) }
    let unknown = Evidence.sample.with { $0.lastLevelCache = .missing(reason: "no cache was listed") }
    for (evidence, reason) in [
      (outran, "decode outran memory 2x: the weights stay in cache"),
      (partly, "127 MB of weights, under 4 × the cache of 32 MB: partly cached"),
      (unknown, "no cache was listed"),
    ] {
      let finding = evidence.finding("K2")
      #expect(finding.arithmetic.contains("Estimate for a Pi 5 in 4 bits: none here (\(reason))"))
      #expect(finding.why.contains("Published figures alone"))
    }
    #expect(memory.finding("K2").arithmetic.contains { $0.contains("× 23 % ÷ 844 MB = 4.69 tok/s") })
  }
  @Test func phoneVerdictRestsOnPublishedFiguresWhateverWasMeasured() {
    let fast = Evidence.sample.with { $0.decode = .measured(.sample(speed: 7.4)) }
    for evidence in [Evidence.sample, .none, fast] {
      let finding = evidence.finding("K3")
      #expect(finding.verdict == .contradicted && finding.why == Evidence.none.finding("K3").why)
      #expect(finding.why.hasPrefix("Published figures alone decide this"))
    }
    // 11 and 13.9 W ÷ 12.5 tok/s.
    #expect(
      Evidence.sample.finding("K3").arithmetic.contains {
        $0.contains("estimates for 4 bits") && $0.contains("0.881–1.11 J/tok (wall)")
      })
  }
  @Test func ladderDecidesWhatTheBaselineIsWorth() {
    let finding = Evidence.sample.finding("K4")
    #expect(finding.verdict == .overstated)
    #expect(finding.arithmetic.contains { $0.contains("50x by SIMD × 1.92x by threads = 96.2x") })
    #expect(finding.arithmetic.contains { $0.contains("÷ 96.2x = 8.32x") })
    #expect(finding.why.hasSuffix("alone gives 96.2x."))
    let steep = Evidence.sample.with { $0.ladder = .measured(.sample(naive: 20)) }.finding("K4")
    #expect(steep.verdict == .overstated)
    #expect(steep.why.hasSuffix("the choice of baseline alone gives as much, without a GPU: 962x."))
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
