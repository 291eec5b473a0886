import Claims
import Quantities
import Testing

/// Each verdict that can move is moved here, by evidence.
@Suite struct VerdictTests {
  @Test func energyIsOnlyDividedAtOneBoundaryAndNeverForAProxy() {
    for boundary in ["socket", "rails", "board input", "wall", "GPU only"] {
      for tier in ["measured", "estimated", "proxy"] {
        let evidence = Evidence.fourBits.with {
          $0.energy = .measured(.sample(boundary: boundary, tier: tier))
        }
        let text = evidence.finding("K1").arithmetic.joined(separator: "\n")
        let divided = text.contains("this machine (") && text.contains("÷ 14.8 billion) =")
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
        return Evidence.fourBits.with { $0.energy = .measured(energy) }.finding("K1").verdict
      }
      // The PC: 464 W ÷ 92.5 tok/s ÷ 14.8 × 1.1 billion parameters = 0.373 J/tok.
      #expect(verdict(2, 3) == .overstated)
      #expect(verdict(0.1, 0.3) == .supported)
      #expect(verdict(0.3, 0.5) == .undecided)
    }
  }
  @Test func wattsThatTheUserReadCountAndAreCalledSo() {
    let read = Evidence.fourBits.with {
      $0.energy = .measured(.sample(2, 3, boundary: "wall", tier: "estimated"))
    }
    let finding = read.finding("K1")
    #expect(
      finding.why.contains("At the wall (your meter reading), one request at a time, this machine needs more")
    )
    let lines = finding.arithmetic
    #expect(
      lines.contains {
        $0.contains("this machine (your meter reading, batch 1)") && $0.contains("= 5.36x–8.05x")
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
    // 4.65 tok/s × 4.4 GB ÷ 33 GB/s = 62 %; 17 GB/s × 0.62 ÷ 1.117 GB = 9.43 tok/s.
    #expect(
      lines.contains {
        $0.contains("× 62 % ÷ 1.12 GB = 9.43 tok/s, an estimate that assumes the same share of bandwidth")
      })
    #expect(lines.contains { $0.contains("tinyllama-1.1b, f32: 4.65 tok/s × 4.4 GB") })
    #expect(finding.why.contains("9.43 tok/s, is 1.06x that of the faster of two published runs"))
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
    #expect(memory.finding("K2").arithmetic.contains { $0.contains("× 23 % ÷ 1.12 GB = 3.54 tok/s") })
  }
  @Test func phoneVerdictRestsOnPublishedFiguresWhateverWasMeasured() {
    let fast = Evidence.sample.with { $0.decode = .measured(.sample(speed: 7.4)) }
    for evidence in [Evidence.sample, .none, fast] {
      let finding = evidence.finding("K3")
      #expect(finding.verdict == .contradicted && finding.why == Evidence.none.finding("K3").why)
      #expect(finding.why.hasPrefix("Published figures alone decide this"))
    }
    // 11 and 13.9 W ÷ 9.43 tok/s.
    #expect(
      Evidence.sample.finding("K3").arithmetic.contains {
        $0.contains("estimates for 4 bits") && $0.contains("1.17–1.47 J/tok (wall)")
      })
  }
  @Test func todaysSpeedUpsHaveTheirIntervals() throws {
    var ladder = LadderEvidence.sample()
    (ladder.vectorBounds, ladder.wholeBounds) = (49...52, 95...97)
    let evidence = Evidence.sample.with { $0.ladder = .measured(ladder) }
    #expect(evidence.finding("K4").today.value?.text == "95x–97x (one product, one machine, no GPU)")
    #expect(evidence.finding("K21").today.value?.text.hasPrefix("95x–97x") == true)
    #expect(evidence.finding("K5").today.value?.text.hasPrefix("49x–52x") == true)
    #expect(try #require(Evidence.sample.finding("K4").today.value).text.hasPrefix("96.2x"))
  }
  @Test func aMeasuredGPUStandsBesideEveryBatchNamed() {
    let rows = [(64, 60_000, 0.004), (1, 2000, 0.05), (8, 14_000, 0.012)].map { batch, speed, energy in
      GPUEvidence.Row(
        batch: batch, speed: TokensPerSecond(speed), energy: .measured(JoulesPerToken(energy)))
    }
    let gpu = GPUEvidence(
      device: "Some GPU", model: "tinyllama-1.1b, bf16", rows: rows, product: .measured(FLOPsPerSecond(59e12))
    )
    let evidence = Evidence.sample.with { $0.gpu = .measured(gpu) }
    let line =
      "Measured, Some GPU, tinyllama-1.1b, bf16: batch 1 2,000 tok/s, 0.05 J/tok; 8 14,000 tok/s, 0.012 J/tok; "
    #expect(
      evidence.finding("K1").arithmetic.contains(
        line + "64 60,000 tok/s, 0.004 J/tok (GPU only; batching alone 12.5x)"))
    #expect(evidence.finding("K4").arithmetic.contains { $0.contains("59 TFLOP/s ÷ 118 GFLOP/s = 500x") })
    // Neither its joules nor its batches move a verdict.
    #expect(evidence.finding("K1").verdict == Evidence.sample.finding("K1").verdict)
  }
  @Test func ladderDecidesWhatTheBaselineIsWorth() {
    let finding = Evidence.sample.finding("K4")
    #expect(finding.verdict == .overstated)
    #expect(finding.arithmetic.contains { $0.contains("50x by SIMD × 1.92x by threads = 96.2x") })
    #expect(finding.arithmetic.contains { $0.contains("÷ 96.2x = 8.32x") })
    #expect(finding.why.hasSuffix("the choice of baseline alone gives 96.2x."))
    let steep = Evidence.sample.with { $0.ladder = .measured(.sample(naive: 20)) }.finding("K4")
    #expect(steep.verdict == .overstated)
    #expect(steep.why.hasSuffix("the choice of baseline alone gives as much, without a GPU: 962x."))
    #expect(finding.arithmetic.contains { $0.contains("2.4x × 96.2x = 231x, for another result") })
    #expect(
      Evidence.sample.with { $0.ladder = .measured(.sample(naive: 0.1)) }.finding("K5").why.contains(
        "by 2.5x"))
  }
  /// A naive program that scales perfectly, and a tuned one that scales worse and is 40 times as fast.
  @Test func scalingIsNoSpeed() {
    let lines = Evidence.sample.finding("K5").arithmetic
    #expect(lines.contains("1 thread: naive 1x (100 %) in 2 s; tuned 1x (100 %) in 40 ms, 50x as fast"))
    #expect(lines.contains("2 threads: naive 2x (100 %) in 1 s; tuned 1.6x (80 %) in 25 ms, 40x as fast"))
    let none = Evidence.sample.with { $0.scaling = .missing(reason: "not measured yet: run perwatt run") }
    #expect(
      none.finding("K5").arithmetic.contains(
        "Strong-scaling curve: none here (not measured yet: run perwatt run)"))
  }
  /// 4 GFLOP in 2 s of a peak of 230 GFLOP/s, and in 20.8 ms.
  @Test func hoursScaleWithEfficiency() {
    let finding = Evidence.sample.finding("K21")
    #expect(finding.verdict == .supported && finding.why.contains("takes 96.2x the time"))
    #expect(finding.arithmetic.contains { $0.contains("naive 0.87 % of") && $0.contains("tuned 84 %") })
  }
  /// 2.788 million hours × 700 W; 3.29e24 FLOP × 1e-10 J ÷ 3.6e6.
  @Test func electricityOfTraining() {
    let lines = Evidence.sample.finding("K19").arithmetic
    #expect(lines[0].hasSuffix("= 1.952 million kWh [D]"))
    #expect(lines[1].contains("= 223 kW [D]"))
    #expect(lines[2].contains("91.27–182.5 million kWh (socket, proxy, f32)"))
  }
  @Test func aGigawattInTokens() {
    let lines = Evidence.sample.finding("K24").arithmetic
    #expect(lines[0].contains("= 4.11 billion tok/s [D]"))
    // 1e9 W ÷ 12 and ÷ 8.4 J/tok.
    #expect(lines[2].contains("83.3 million to 119 million tok/s (socket, proxy, batch 1;"))
  }
  /// 0.2436 J ÷ 3.6 × $0.15 = 1.01 cents; $256,000 ÷ (25,262 tok/s × 3 × 31,557,600 s) = 10.7 cents; 40 % of 1.01
  /// of 11.7.
  @Test func electricityOfAServer() {
    let line = Evidence.none.finding("K22").arithmetic[1]
    #expect(line.contains("= 0.0101 $/Mtok [D]") && line.contains("= 0.107 $/Mtok [D]"))
    #expect(line.hasSuffix("−40 % power saves 3.5 % [D]"))
    let dear = Evidence.none.with { $0.costs.dollarsPerKilowattHour = 0.30 }.finding("K22").arithmetic[1]
    #expect(dear.contains("= 0.0203 $/Mtok [D]"))
  }
  @Test func unmeasurableClaimsSayWhy() {
    for id in ["K6", "K18", "K22"] {
      #expect(Evidence.sample.finding(id).verdict == (id == "K6" ? .undecided : .notTestable))
    }
    #expect(Evidence.sample.finding("K10").verdict == .overstated)
  }
}
