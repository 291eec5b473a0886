import Quantities
import Results

extension Report {
  /// Draws a report; the same runs give the same report.
  public init(_ input: ReportInput) {
    let speeds = SpeedRow.all(input)
    let names = input.machines.map(\.name)
    title =
      names.count == 1
      ? "\(names[0]): what it runs, per second, per joule and per dollar"
      : "\(names.count) machines: what they run, per second, per joule and per dollar"
    headline = Headline(input, speeds).text
    let chapters = [
      input.comparisonSection, input.speedsSection(speeds), input.machineSection, input.rooflineSection,
      input.kernelSection, input.modelSection, input.energySection,
      input.qualitySection(speeds), input.claimsSection,
      input.historySection, input.runsSection,
    ]
    sections = chapters.compactMap(\.self)
  }
}

/// A report in one sentence, from its most telling figures.
private struct Headline {
  private let input: ReportInput
  private let best: SpeedRow?

  init(_ input: ReportInput, _ speeds: [SpeedRow]) {
    self.input = input
    best = speeds.filter(\.isValid).max { ($0.decode?.speed ?? 0) < ($1.decode?.speed ?? 0) }
  }

  var text: String {
    guard let best, let pace = best.decode ?? best.prefill else { return withoutModels }
    let does = best.decode != nil ? "writes" : "reads"
    let weights = best.weights == NumberText.none ? "" : " in \(best.weights)"
    var sentence =
      "\(best.machine) \(does) \(pace.text.replacing("~", with: "about ")) tokens per second with \(best.model)\(weights)"
    if let share = pace.share, let bound = best.boundBy {
      let what = bound == .memory ? "memory" : "arithmetic"
      sentence += ", \(NumberText.percent(share)) of what its \(what) allows"
    }
    if let energy = best.energy {
      sentence +=
        ", for \(Format.significant(energy.perToken.central.value)) J each (\(energy.origin.words))"
    }
    let more = [peers, claims].compactMap(\.self)
    return sentence + (more.isEmpty ? "" : "; " + more.joined(separator: "; ")) + "."
  }

  private static let decided: Set = ["supported", "overstated", "contradicted"]

  private var withoutModels: String {
    let runs = input.machines.flatMap(\.runs)
    let cases = runs.reduce(0) { $0 + Set($1.record.cases.map(\.id)).count }
    let head =
      "\(NumberText.count(runs.count, "stored run")) with \(NumberText.count(cases, "case")), none of them a valid one of a whole model"
    let more = [peers, claims].compactMap(\.self)
    return head + (more.isEmpty ? "" : "; " + more.joined(separator: "; ")) + "."
  }

  /// The machine that the sentence speaks of, or all.
  private var machines: [ReportInput.Machine] {
    input.machines.filter { best == nil || $0.name == best?.machine }
  }

  private var peers: String? { machines.compactMap(\.peerGain).first }

  private var claims: String? {
    let verdicts = machines.first { !$0.claims.isEmpty }?.claims.map(\.finding.verdict) ?? []
    let (held, judged) = (verdicts.count { $0 == "supported" }, verdicts.count { Self.decided.contains($0) })
    guard judged > 0 else { return nil }
    return
      "of \(NumberText.count(judged, "published claim")) that can be judged \(held == 0 ? "none" : "\(held)") hold"
  }
}

extension ReportInput.Machine {
  /// `beside llama-bench perwatt is 1.66× as fast (1.29× to 2.35×, 24 rows, geometric mean)`, and so on for each program;
  /// nil without such rows.
  var peerGain: String? {
    let labels = Set(runs.flatMap { $0.record.benches ?? [] }.compactMap(\.peer?.label))
    let gains = labels.sorted().compactMap(gain)
    return gains.isEmpty ? nil : gains.joined(separator: "; ")
  }

  private func gain(beside peer: String) -> String? {
    let lines = peerLines(beside: peer).filter { $0.run.validity.status == .valid }
    let gains = lines.compactMap { $0.overPeer?.median }
    guard let mean = gains.geometricMean, let low = gains.min(), let high = gains.max() else { return nil }
    let ends = "\(NumberText.ratio(low)) to \(NumberText.ratio(high))"
    let reach = gains.count > 1 ? " (\(ends), \(gains.count) rows, geometric mean)" : ""
    return "beside \(peer) perwatt is \(NumberText.ratio(mean)) as fast\(reach)"
  }
}
