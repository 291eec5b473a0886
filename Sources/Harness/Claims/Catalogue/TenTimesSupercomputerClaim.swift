import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// A code that starts slowly scales well: self-relative speed-ups are no measure of speed.
  static let tenTimesSupercomputer = Claim(
    "K5", "Researchers with Chinese GPUs beat US supercomputers with Nvidia GPUs by 10x",
    source: Document.techCatwalk,
    by: Method(
      "one matrix product on ever more threads, written naively and well",
      formula: "speed-up over its own single thread; parallel efficiency = speed-up ÷ threads; and plain time"
    )
  ) { evidence in
    let (verdict, why) = weigh(evidence.ladder)
    return Judgement(
      verdict, because: why,
      published + [peaks(evidence)] + sameFinish(evidence.ladder) + curve(evidence.scaling),
      from: [R.tritonNodes, R.hohaiNodes]
    ).with(
      today: evidence.ladder.map {
        $0.vectorToday("between two true speed-ups of programs that are equally fast")
      },
      published: "\(R.tritonNodes.text) ÷ \(R.hohaiNodes.text) nodes = "
        + "\(Text.times(R.tritonNodes.value / R.hohaiNodes.value)) [D] at equal self-relative speed-up")
  }

  private static var published: [String] {
    let ratio = R.tritonNodes.value / R.hohaiNodes.value
    return [
      "Nodes for a 6x speed-up: \(R.tritonNodes.text) ÷ \(R.hohaiNodes.text) = \(Text.times(ratio)) [D], "
        + "\(Text.percent(1 - 1 / ratio)) [D] fewer: this is the 10x",
      "Each 6x is over the code's own baseline: other code, grid and machine; no times, FLOP/s or "
        + "joules compared",
    ]
  }

  private static func peaks(_ evidence: Evidence) -> String {
    let peaks = evidence.peakOneThread.combined(with: evidence.peakAllThreads) { $1 / $0 }
    let text = peaks.combined(with: evidence.threads) { gain, threads in
      "Arithmetic peak here, all \(threads) threads ÷ one: \(Text.times(gain)), "
        + "\(Text.percent(gain / Double(threads))) parallel efficiency"
    }
    return text.line(or: "Scaling of this machine") { $0 }
  }

  private static func sameFinish(_ ladder: Reading<LadderEvidence>) -> [String] {
    guard let steps = ladder.value else { return [ladder.line(or: "Two baselines, one finish") { _ in "" }] }
    return [
      "One finish here, \(Text.si(steps.bestAllThreads)): a \"\(Text.times(steps.wholeGain)) "
        + "speed-up\" over naive code, a \"\(Text.times(steps.threadGain)) speed-up\" over tuned code",
      "\(Text.times(steps.wholeGain)) ÷ \(Text.times(steps.threadGain)) = "
        + "\(Text.times(steps.vectorGain)) between two true speed-ups of equal speed",
    ]
  }

  /// Speed-up over its own single thread, efficiency and time, for each number of threads.
  private static func curve(_ scaling: Reading<ScalingEvidence>) -> [String] {
    guard let points = scaling.value?.points, let first = points.first else {
      return [scaling.line(or: "Strong-scaling curve") { _ in "Strong-scaling curve: no points" }]
    }
    return points.map { point in
      func text(_ time: Seconds, _ start: Seconds) -> String {
        "\(Text.times(start / time)) (\(Text.percent(start / time / Double(point.threads)))) in \(Text.si(time))"
      }
      return
        "\(point.threads) thread\(point.threads == 1 ? "" : "s"): naive \(text(point.naive, first.naive)); "
        + "tuned \(text(point.best, first.best)), \(Text.times(point.naive / point.best)) as fast"
    }
  }

  private static func weigh(_ ladder: Reading<LadderEvidence>) -> (Verdict, String) {
    let core =
      "The '10x' is a ratio of node counts: one flood model needed 64 nodes of a US supercomputer for a 6-fold "
      + "speed-up over itself, the Chinese one 7 nodes for a 6-fold speed-up over itself. Codes, grids and machines "
      + "differ, and neither time nor energy was compared; the abstract of the paper claims no 10x over Nvidia."
    guard let steps = ladder.value else { return (.overstated, ladder.publishedAlone + core) }
    return (
      .overstated,
      "\(core) Here the choice of baseline alone moves such a figure by \(Text.times(steps.vectorGain))."
    )
  }
}
