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
    copy.decode = decode.kept {
      objection(to: [$0.parameters.value, $0.weightBytes.value, $0.speed.value], "decode")
    }
    copy.energy = energy.kept {
      objection(
        to: [$0.lowPerToken.value, $0.highPerToken.value, $0.lowPower.value, $0.highPower.value], "energy")
    }
    copy.ladder = ladder.kept {
      objection(to: [$0.naive.value, $0.bestOneThread.value, $0.bestAllThreads.value], "speed-up ladder")
    }
    return copy
  }

  /// Share of the measured read bandwidth that decode reached, 0 to 1. Missing where decode outran memory:
  /// its weights stay in cache then, and its speed says nothing about another machine's memory.
  var bandwidthShare: Reading<Double> {
    decode.combined(with: bandwidthAllThreads) { $0.weightBytes.value * $0.speed.value / $1.value }.kept {
      $0 <= 1 ? nil : "decode outran memory \(Text.times($0)): the weights stay in cache"
    }
  }

  /// Weight bytes that a 1.5B model would read for each token in the format of today's run.
  var smallDistilBytes: Reading<Bytes> {
    decode.map { $0.weightBytes * (ReferenceFigures.smallestDistil.value / $0.parameters) }
  }

  /// Speed of the 1.5B distilled model on a Pi 5, if the Pi reaches the same share of its bandwidth.
  var piPrediction: Reading<TokensPerSecond> {
    bandwidthShare.combined(with: smallDistilBytes) {
      TokensPerSecond(ReferenceFigures.piBandwidth.value.value * $0 / $1.value)
    }
  }
}

extension LadderEvidence {
  /// What SIMD gains on one thread.
  var vectorGain: Double { naive / bestOneThread }
  /// What more threads gain.
  var threadGain: Double { bestOneThread / bestAllThreads }
  /// Both: one machine, one result, two baselines.
  var wholeGain: Double { naive / bestAllThreads }
}

extension EnergyEvidence {
  /// `socket, proxy`: what the figure covers and how it was found.
  var label: String { "\(boundary), \(tier)" }

  /// This machine's energy per token and billion parameters over a published figure's; missing unless both
  /// were metered, at one boundary.
  ///
  /// - Parameters:
  ///   - own: parameters of the model measured here.
  ///   - published: parameters of the model behind `figure`.
  func perParameterRatio(
    own: Parameters, to figure: SourcedFigure<JoulesPerToken>, of published: Parameters
  ) -> Reading<ClosedRange<Double>> {
    let reference = figure.boundary ?? "unknown boundary"
    guard tier == "measured", boundary == reference else {
      return .missing(reason: "not comparable: \(boundary) \(tier) vs \(reference)")
    }
    let (a, b) = (lowPerToken / figure.value, highPerToken / figure.value)
    return .measured((min(a, b) * (published / own))...(max(a, b) * (published / own)))
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
