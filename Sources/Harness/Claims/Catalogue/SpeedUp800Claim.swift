import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// A multiplier is a quotient; the ladder shows what the choice of its denominator is worth.
  static let speedUp800 = Claim(
    "K4", "New algorithms speed up scientific computing 800x on ordinary Nvidia cards",
    source: Document.techCatwalk,
    by: Method(
      "one matrix product: plain loop, vectorised, on all threads; and with fewer bits",
      formula: "speed-up = time of the baseline ÷ time; the product of the steps is the whole ladder")
  ) { evidence in
    Judgement(
      .overstated, because: because(evidence.ladder),
      [baselines] + ladder(evidence.ladder) + [
        fewerBits(evidence), room(evidence), measuredRoom(evidence), coincidence,
      ],
      from: [
        R.peridynamicsSerial, R.peridynamicsOpenMP, R.rtx4070Arithmetic, R.rtx4070Bandwidth, R.h100ResalePeak,
      ]
    ).with(
      today: evidence.ladder.map { $0.wholeToday("one product, one machine, no GPU") },
      published: "\(R.peridynamicsSerial.text) over one thread, \(R.peridynamicsOpenMP.text) over OpenMP")
  }

  private static var baselines: String {
    let openMP = R.peridynamicsSerial.value / R.peridynamicsOpenMP.value
    return "Published: \(R.peridynamicsSerial.text) over one CPU thread, \(R.peridynamicsOpenMP.text) over "
      + "OpenMP; so OpenMP was \(Text.times(openMP)) [D] over one thread"
  }

  private static func ladder(_ ladder: Reading<LadderEvidence>) -> [String] {
    guard let steps = ladder.value else { return [ladder.line(or: "Speed-up ladder") { _ in "" }] }
    let left = R.peridynamicsSerial.value.value / steps.wholeGain
    return [
      "One matrix product here: naive, 1 thread \(Text.si(steps.naive)); best, 1 thread "
        + "\(Text.si(steps.bestOneThread)); best, all threads \(Text.si(steps.bestAllThreads))",
      "\(Text.times(steps.vectorGain)) by SIMD × \(Text.times(steps.threadGain)) by threads = "
        + "\(Text.times(steps.wholeGain)) by the choice of baseline, on one machine",
      "\(R.peridynamicsSerial.text) over naive code ÷ \(Text.times(steps.wholeGain)) = \(Text.times(left)) "
        + "over tuned code on all threads (a different kernel: the method, not the card)",
    ]
  }

  private static func fewerBits(_ evidence: Evidence) -> String {
    let text = evidence.lowPrecision.combined(with: evidence.ladder) { bits, ladder in
      "Lower precision on top (\(bits.format) weights, a product of another shape): "
        + "\(Text.times(bits.gain)) × \(Text.times(ladder.wholeGain)) = "
        + "\(Text.times(bits.gain * ladder.wholeGain)), for another result"
    }
    return text.line(or: "Lower precision on top") { $0 }
  }

  private static func room(_ evidence: Evidence) -> String {
    let text = evidence.peakOneThread.combined(with: evidence.bandwidthOneThread) { peak, bandwidth in
      let arithmetic = R.rtx4070Arithmetic.value / peak
      let memory = R.rtx4070Bandwidth.value / bandwidth
      return
        "RTX 4070 ÷ one thread here: \(R.rtx4070Arithmetic.text) ÷ \(Text.of(peak)) = "
        + "\(Text.times(arithmetic)); "
        + "\(R.rtx4070Bandwidth.text) ÷ \(Text.of(bandwidth)) = \(Text.times(memory))"
    }
    return text.line(or: "Room between an RTX 4070 and one thread here") { $0 }
  }

  private static func measuredRoom(_ evidence: Evidence) -> String {
    let text = evidence.gpu.flatMap { gpu in
      gpu.product.combined(with: evidence.peakOneThread) { product, peak in
        "Measured, \(Text.name(gpu.device)) ÷ one thread here, f32: \(Text.of(product)) ÷ \(Text.of(peak)) = "
          + "\(Text.times(product / peak))"
      }
    }
    return text.line(or: "The same with a GPU that was measured") { $0 }
  }

  private static var coincidence: String {
    "\(R.h100ResalePeak.text) ÷ $50 of K2 = \(Text.times(R.h100ResalePeak.value / Dollars(50))) [D]: "
      + "equal to 800x by coincidence"
  }

  /// A steep ladder contradicts nothing about a GPU; it only says how little a multiplier means.
  private static func because(_ ladder: Reading<LadderEvidence>) -> String {
    let core =
      "The figure belongs to one kernel, the fracture of materials by peridynamics, on one GPU against a single CPU "
      + "thread; against a program that used all CPU cores (OpenMP) it was 100x. It says nothing of scientific computing "
      + "at large, and the press report of reverse engineering has no counterpart in the papers that were read."
    guard let steps = ladder.value else { return "\(ladder.publishedAlone)\(core)" }
    let gain = Text.times(steps.wholeGain)
    guard steps.wholeGain >= R.peridynamicsSerial.value.value else {
      return
        "\(core) Here, on one processor and one matrix product, the choice of baseline alone gives \(gain)."
    }
    return "\(core) Here the choice of baseline alone gives as much, without a GPU: \(gain)."
  }
}
