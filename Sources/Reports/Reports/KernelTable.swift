import Measurement
import Quantities
import Results

/// Cases of one intensity against backends.
struct KernelTable {
  let cases: [CaseRecord]
  let intensity: Intensity
  /// In FLOP/s or B/s, for all threads.
  let peak: Double?
  /// The run's noise floor as a share; nil where it is not known.
  var floor: Double?

  /// As many tables as it takes to show all backends in `width` columns.
  func parts(width: Int) -> [TextTable] {
    var parts: [[String]] = []
    for backend in backends {
      if let last = parts.last, table(last + [backend]).naturalWidth <= width {
        parts[parts.count - 1].append(backend)
      } else {
        parts.append([backend])
      }
    }
    return parts.map(table).filter { !$0.rows.isEmpty }
  }

  /// In order of first appearance.
  private var backends: [String] {
    var seen: Set<String> = []
    return cases.flatMap(\.alternatives).map(\.label).filter { seen.insert($0).inserted }
  }

  private func table(_ backends: [String]) -> TextTable {
    let columns = backends.map { TextTable.Column(lines: Self.heading($0)) }
    // A row that has only dashes here stands in another part, or its reasons stand below.
    let rows = cases.filter { $0.hasResult(from: backends) }.map { measured in
      [Self.label(measured.title)] + backends.map { cell(measured, $0) } + [Self.error(measured)]
    }
    return TextTable([.init("", side: .left)] + columns + [.init("error")], rows: rows)
  }

  /// `simd:avx512` in two lines.
  private static func heading(_ backend: String) -> [String] {
    guard let colon = backend.firstIndex(of: ":") else { return [backend.printable.cut(to: 14)] }
    let lines = [backend[...colon], backend[backend.index(after: colon)...]]
    return lines.map { String($0).printable.cut(to: 14) }
  }

  /// The title beside two lines of figures, so at most three lines.
  private static func label(_ title: String) -> TextTable.Cell {
    let lines = title.printable.wrapped(to: 17)
    guard lines.count > 3 else { return lines.map { Inked($0) } }
    return (lines.prefix(2) + [(lines[2] + " …").cut(to: 17)]).map { Inked($0) }
  }

  private func cell(_ measured: CaseRecord, _ backend: String) -> TextTable.Cell {
    guard let alternative = measured.alternatives.first(where: { $0.label == backend }) else {
      return [Inked(NumberText.none)]
    }
    switch alternative.outcome {
    case .failed: return [Inked("FAILED", .bad)]
    case .missing: return [Inked(NumberText.none)]
    case .timed(let time):
      let (row, median) = (measured.alternatives, measured.alternatives.ratioToBest(alternative)?.median)
      let standing = Standing(alternative, in: row, floor: floor)
      let isBest = alternative.isAmongBest(of: row, floor: floor)
      let ratio = standing?.text(NumberText.ratio(median)) ?? NumberText.ratio(median)
      let share = peak.flatMap { peak in intensity.rate(measured.work, time).map { $0 / peak } }
      let second = "\(NumberText.percent(share)) · \(ratio.padded(to: 5))"
      return [intensity.rateText(measured.work, time), second].map { Inked($0, isBest ? .good : .plain) }
    }
  }

  private static func error(_ measured: CaseRecord) -> TextTable.Cell {
    guard let worst = measured.alternatives.compactMap(\.errorInTolerances).max() else {
      return [Inked(NumberText.none)]
    }
    let ink = worst <= 1 ? Ink.plain : .bad
    return worst.isFinite ? [Inked(NumberText.error(worst), ink)] : [Inked("not", ink), Inked("finite", ink)]
  }
}

extension CaseRecord {
  fileprivate func hasResult(from backends: [String]) -> Bool {
    alternatives.contains { alternative in
      if case .missing = alternative.outcome { false } else { backends.contains(alternative.label) }
    }
  }
}
