import Hardware
import Quantities

extension Evidence {
  /// The same evidence; a reading that is zero, negative or not finite becomes missing, so that no claim
  /// divides by it.
  var plausible: Evidence {
    var copy = self
    copy.price = price.positive("price")
    copy.threads = threads.kept { $0 > 0 ? nil : "thread count is not a positive number" }
    copy.peakOneThread = peakOneThread.positive("peak")
    copy.peakAllThreads = peakAllThreads.positive("peak")
    copy.bandwidthOneThread = bandwidthOneThread.positive("bandwidth")
    copy.bandwidthAllThreads = bandwidthAllThreads.positive("bandwidth")
    copy.lastLevelCache = lastLevelCache.positive("last-level cache")
    copy.gpu = gpu.kept {
      objection(to: $0.rows.flatMap { [$0.speed.value, $0.energy.value?.value ?? 1] }, "the GPU's run")
    }
    copy.keepPlausibleResults()
    return copy
  }

  private mutating func keepPlausibleResults() {
    decode = decode.kept {
      objection(to: [$0.parameters.value, $0.weightBytes.value, $0.speed.value], "decode")
    }
    energy = energy.kept {
      objection(
        to: [$0.lowPerToken.value, $0.highPerToken.value, $0.lowPower.value, $0.highPower.value], "energy")
    }
    ladder = ladder.kept {
      objection(
        to: [$0.naive.value, $0.bestOneThread.value, $0.bestAllThreads.value, $0.work.value],
        "speed-up ladder")
    }
    scaling = scaling.kept {
      objection(to: $0.points.flatMap { [$0.naive.value, $0.best.value] }, "scaling")
    }
    lowPrecision = lowPrecision.kept { objection(to: [$0.gain], "gain by fewer bits") }
    distillation = distillation.kept {
      objection(
        to: [$0.accuracyShare, $0.fewerFLOPs, $0.lossFromLabels, $0.lossFromTeacher], "distillation")
    }
    work = work.kept {
      objection(to: [$0.lowPerFLOP.value, $0.highPerFLOP.value], "energy of an operation")
    }
  }

  /// Share of the measured read bandwidth that decode reached, 0 to 1. Missing where weights stay in cache,
  /// in part or, if decode outran memory, all: its speed then says nothing about another machine's memory.
  var bandwidthShare: Reading<Double> {
    decodeFromMemory.combined(with: bandwidthAllThreads) { $0.weightBytes.value * $0.speed.value / $1.value }
      .kept {
        $0 <= 1 ? nil : "decode outran memory \(Text.times($0)): the weights stay in cache"
      }
  }

  /// Decode, unless its weights are so few that a good part of them stays in cache between tokens.
  private var decodeFromMemory: Reading<DecodeEvidence> {
    decode.flatMap { decode in
      lastLevelCache.flatMap { cache in
        guard decode.weightBytes < cache * 4 else { return .measured(decode) }
        let weights = Text.of(decode.weightBytes)
        return .missing(
          reason: "\(weights) of weights, under 4 × the cache of \(Text.of(cache)): partly cached")
      }
    }
  }

  /// Speed of the 1.5B distilled model in 4 bits on a Pi 5, if it reaches the same share of bandwidth there.
  var piEstimate: Reading<TokensPerSecond> { bandwidthShare.map { SmallDistil.bound4Bit * $0 } }
}

/// What one token of the 1.5B distilled model costs a Pi 5, from published figures alone.
enum SmallDistil {
  static let bytes32Bit = Bytes(ReferenceFigures.smallestDistil.value.value * 4)
  /// The file's; the table of embeddings, a tenth of it, is not read for each token.
  static let bytes4Bit = ReferenceFigures.smallDistilFile.value
  /// Speeds at the peak of the Pi's bandwidth; no run can pass them.
  static let bound32Bit = bound(bytes32Bit)
  static let bound4Bit = bound(bytes4Bit)

  private static func bound(_ bytes: Bytes) -> TokensPerSecond {
    TokensPerSecond(ReferenceFigures.piBandwidth.value.value / bytes.value)
  }
}

extension LadderEvidence {
  /// What SIMD gains on one thread.
  var vectorGain: Double { naive / bestOneThread }
  /// What more threads gain.
  var threadGain: Double { bestOneThread / bestAllThreads }
  /// Both: one machine, one result, two baselines.
  var wholeGain: Double { naive / bestAllThreads }
  /// For a finding's `today`.
  func wholeToday(_ conditions: String) -> TodayValue { Self.today(wholeGain, wholeBounds, conditions) }
  func vectorToday(_ conditions: String) -> TodayValue { Self.today(vectorGain, vectorBounds, conditions) }
  private static func today(_ gain: Double, _ ends: ClosedRange<Double>?, _ conditions: String) -> TodayValue
  {
    // A ratio of medians may lie outside of the interval of the median ratio, by a hair.
    let (low, high) = (min(ends?.lowerBound ?? gain, gain), max(ends?.upperBound ?? gain, gain))
    return TodayValue(Multiple(low), Multiple(gain), Multiple(high), conditions)
  }
  var naiveRate: FLOPsPerSecond { work / naive }
  var bestRate: FLOPsPerSecond { work / bestAllThreads }
}

extension EnergyEvidence {
  /// How the figure was found; one that the user gave is called so.
  var origin: String { tier == "estimated" ? "your meter reading" : tier }
  /// `socket, proxy`: what the figure covers and how it was found.
  var label: String { "\(boundary), \(origin)" }

  /// This machine's energy per token and parameter over a published figure's; missing unless boundary, batch and
  /// bits of a weight agree, and for a proxy.
  ///
  /// - Parameter size: parameters of the model behind `figure`.
  func perParameterRatio(
    of own: DecodeEvidence, to figure: SourcedFigure<JoulesPerToken>, size: Parameters,
    under published: Conditions
  ) -> Reading<ClosedRange<Double>> {
    let here = Conditions(boundary: boundary, tier: tier, batch: "1", bits: own.bits)
    if let objection = here.objection(to: published) { return .missing(reason: objection) }
    let (a, b) = (lowPerToken / figure.value, highPerToken / figure.value)
    let scale = size / own.parameters
    return .measured((min(a, b) * scale)...(max(a, b) * scale))
  }

}

extension Evidence {
  /// For a finding's `today`: joules mean little without the model, which may be a hundredth of the published one.
  var todayPerToken: Reading<TodayValue> {
    energy.combined(with: decode) { energy, decode in
      let (low, high) = (energy.lowPerToken, energy.highPerToken)
      let middle = JoulesPerToken((low.value * high.value).squareRoot())
      return TodayValue(low, middle, high, "\(Text.name(decode.model)), \(energy.label), batch 1")
    }
  }
}

extension Reading {
  /// The same reading, or a missing one where `fault` finds one.
  fileprivate func kept(unless fault: (Value) -> String?) -> Self {
    guard let value, let reason = fault(value) else { return self }
    return .missing(reason: reason)
  }
}

extension Reading where Value: Quantity {
  fileprivate func positive(_ name: String) -> Self { kept { objection(to: [$0.value], name) } }
}

private func objection(to values: [Double], _ name: String) -> String? {
  values.allSatisfy { $0.isFinite && $0 > 0 } ? nil : "\(name) is not a positive number"
}
