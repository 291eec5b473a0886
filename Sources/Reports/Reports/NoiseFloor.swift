import Judgement
import Measurement
import Quantities
import Results
import Statistics

/// How an alternative stands to the fastest one of its row.
enum Standing: Hashable {
  case best, same, slower, undecided

  /// Where there are too few rounds for an interval of 95 %, all of them must show a time so many times as long.
  private static let obvious = 1.5

  /// Nil where the run had no control, or the alternative no common round with the best.
  init?(_ alternative: AlternativeRecord, in row: [AlternativeRecord], floor: Double?) {
    guard let floor, let best = row.best, let ratio = row.ratioToBest(alternative) else { return nil }
    guard alternative.label != best.label else {
      self = .best
      return
    }
    switch Verdict(ratio: ratio, floor: floor) {
    case .undecided where ratio.low > max(Self.obvious, 1 + floor), .slower: self = .slower
    // The best by its median, and yet slower round by round.
    case .same, .faster: self = .same
    case .undecided: self = .undecided
    }
  }

  /// Whether nothing says that another one is faster.
  var isAmongBest: Bool { self == .best || self == .same }

  /// `1.04×`, `same`, `1.04?`.
  func text(_ ratio: String) -> String {
    switch self {
    case .best, .slower: ratio
    case .same: "same"
    case .undecided: ratio.replacing("×", with: "?")
    }
  }
}

extension AlternativeRecord {
  /// Whether it is the best of its row, or as good as the best within the noise floor.
  func isAmongBest(of row: [AlternativeRecord], floor: Double?) -> Bool {
    Standing(self, in: row, floor: floor)?.isAmongBest ?? (row.best?.label == label)
  }
}

extension Page {
  /// What the A/A control of `group` saw, and what that means for the tables above; nothing for older records.
  mutating func noiseFloor(_ record: RunRecord, group: String, explainsTable: Bool = false) {
    guard let control = record.control(for: group) else { return }
    paragraph(control.text)
    if explainsTable, control.floor != nil {
      paragraph(
        "within the noise floor of the row's best; 1.04? may be noise, too: undecided", label: "same    ")
    }
    blank()
  }

  /// Figures that were still changing; nothing for older records.
  mutating func unsteady(_ cases: [CaseRecord]) {
    let subjects = cases.flatMap { measured in
      measured.alternatives.filter { $0.isTimed && $0.unsteady != nil }
        .map { "\($0.label), \(measured.title)" }
    }
    guard !subjects.isEmpty else { return }
    let rest = subjects.count - Footnotes.shown
    let named = subjects.prefix(Footnotes.shown).map { $0.printable.cut(to: 60) }.joined(separator: "; ")
    let tolerance = Format.fixed(Steadiness.tolerance * 100, 0)
    paragraph(
      "Times that still changed by more than \(tolerance) % (the record says how): \(named)"
        + (rest > 0 ? " and \(rest) more" : ""))
    blank()
  }
}

extension ControlRecord {
  /// `Noise floor 1.2 %: simd:avx2 on RoPE against itself took 0.997 to 1.012 times its time …`.
  var text: String {
    guard let floor, let found = ratio.value else {
      return "Noise floor unknown: \(label) on \(subject) against itself: \(ratio.reason ?? "not measured")"
    }
    func percent(_ share: Double) -> String { "\(Format.fixed(share * 100, 1)) %" }
    let bounds = "\(Format.fixed(found.low, 3)) to \(Format.fixed(found.high, 3))"
    let sure = "\(NumberText.count(pairs, "pair")), \(NumberText.percent(found.confidence))"
    return
      "Noise floor \(percent(floor)): \(label) on \(subject) against itself took \(bounds) times its time "
      + "(\(sure))."
      + (smallestEffect.map { " Differences below \(percent($0)) mostly go unseen here." } ?? "")
  }
}
