import Measurement
import Quantities
import Results
import Statistics

extension RunRecord {
  /// Cases whose alternatives are formats or numbers of columns, not backends.
  var formatCases: [CaseRecord] { cases.filter { FormatGroup(rawValue: $0.group) != nil } }
}

/// Headings under which such cases are stored.
enum FormatGroup: String, CaseIterable { case formats, streams, columns }

extension Page {
  /// Products with weights in several formats: the formats beside each other, their speed beside that of a plain read,
  /// and what further columns cost.
  mutating func formats(_ record: RunRecord) {
    heading("Weight formats · \(record.protocolUsed.threadCount)")
    for group in FormatGroup.allCases {
      let cases = record.cases.filter { $0.group == group.rawValue }
      guard !cases.isEmpty else { continue }
      for part in group.parts(cases) {
        paragraph(part.title)
        blank()
        table(part.table)
        blank()
      }
    }
    let reasons = Footnotes(of: record.formatCases)
    footnotes(reasons)
    if !reasons.entries.isEmpty { blank() }
    paragraph(
      "Figures in brackets are the 95 % interval of the median over rounds; – where there are fewer than six samples, "
        + "or nothing was measured.")
  }
}

extension FormatGroup {
  fileprivate typealias Part = (title: String, table: TextTable)

  fileprivate func parts(_ cases: [CaseRecord]) -> [Part] {
    switch self {
    case .formats: cases.map(Self.products)
    case .streams: [Self.streams(cases)]
    case .columns: [Self.columns(cases)]
    }
  }

  private static func products(_ measured: CaseRecord) -> Part {
    (
      "\(measured.title): a prompt, f32 in and out, quantising included; speed as a multiple of f32's.",
      TextTable(
        [.init("format", side: .left), .init("GFLOP/s"), .init("speed"), .init("", side: .left)]
          + [.init("error")], rows: measured.products)
    )
  }

  private static func streams(_ cases: [CaseRecord]) -> Part {
    (
      "One token, weights from memory: their bytes per second, as a share of a plain read of as many.",
      TextTable(
        [.init("format", side: .left), .init("weights"), .init("GB/s"), .init("of read")]
          + [.init("", side: .left), .init("error")], rows: cases.flatMap(\.streams))
    )
  }

  private static func columns(_ cases: [CaseRecord]) -> Part {
    let counts = cases.columnCounts
    return (
      "Several columns at once, weights from memory: the time as a multiple of one column's.",
      TextTable(
        [.init("", side: .left)] + counts.map { .init($0) } + [.init("error")],
        rows: cases.flatMap { $0.columnRows(counts) })
    )
  }
}

extension CaseRecord {
  /// Format, rate, speed-up over the same backend's f32 and its interval, error.
  fileprivate var products: [[TextTable.Cell]] {
    alternatives.map { alternative in
      let plain = self[alternative.backendPrefix + "f32"]
      let gain = plain.flatMap { Multiple($0, over: alternative) }
      let rate = alternative.figure { time in
        work.flops.map { Format.significant(($0 / time.median).value / 1e9) }
      }
      return [
        [Inked(alternative.label)], [rate], [Inked(gain?.text ?? NumberText.none)],
        [Inked(gain?.range ?? "")], [alternative.errorText],
      ]
    }
  }

  /// Format, size, rate, share of the read's and its interval, error; the rate of the read itself comes last.
  fileprivate var streams: [[TextTable.Cell]] {
    let read = self["read"]
    return alternatives.filter { $0.label != "read" }.map { alternative in
      let share = read.flatMap { Multiple($0, over: alternative) }
      let rate = alternative.figure { time in
        work.bytes.map { Format.significant(($0 / time.median).value / 1e9) }
      }
      return [
        [Inked(alternative.label)], [Inked(work.bytes.map(Format.binary) ?? NumberText.none)], [rate],
        [Inked(share?.percent ?? NumberText.none)], [Inked(share?.percentRange ?? "")],
        [alternative.errorText],
      ]
    }
  }

  /// A row for each backend; the first field is the time, the others are multiples of it, each above its interval.
  fileprivate func columnRows(_ counts: [String]) -> [[TextTable.Cell]] {
    var seen: Set<String> = []
    let backends = alternatives.map(\.columnPrefix).filter { seen.insert($0).inserted }
    return backends.map { backend in
      let row = counts.map { self[backend + $0] }
      let fields = row.map { alternative -> TextTable.Cell in
        guard let alternative else { return [Inked(NumberText.none)] }
        guard alternative.label != backend + counts[0], let one = row[0] else {
          return [alternative.figure { Format.si($0.median) }]
        }
        let multiple = Multiple(alternative, over: one)
        let text = alternative.figure { _ in multiple?.text }
        return [text] + (multiple.map { [Inked($0.range)] } ?? [])
      }
      let worst = row.compactMap { $0 }.max { ($0.errorInTolerances ?? -1) < ($1.errorInTolerances ?? -1) }
      let name = title.printable.split(separator: " ").map { Inked(String($0)) }
      return [(backend.isEmpty ? [] : [Inked(backend)]) + name.dropFirst()] + fields
        + [[worst?.errorText ?? Inked(NumberText.none)]]
    }
  }

  private subscript(label: String) -> AlternativeRecord? { alternatives.first { $0.label == label } }
}

extension [CaseRecord] {
  /// `1 column`, `2 columns`, as measured.
  fileprivate var columnCounts: [String] {
    var seen: Set<String> = []
    return flatMap(\.alternatives).map { String($0.label.dropFirst($0.columnPrefix.count)) }
      .filter { seen.insert($0).inserted }
  }
}

extension AlternativeRecord {
  /// `simd:avx2 ` of `simd:avx2 q8_0`; empty where only one backend took part.
  fileprivate var backendPrefix: String { prefix(words: 1) }
  /// The same of `simd:avx2 4 columns`.
  fileprivate var columnPrefix: String { prefix(words: 2) }

  /// All but the last `words`.
  private func prefix(words: Int) -> String {
    label.split(separator: " ").dropLast(words).map { $0 + " " }.joined()
  }

  /// What `text` makes of the time, or why there is none.
  fileprivate func figure(_ text: (MedianTime) -> String?) -> Inked {
    switch outcome {
    case .timed(let time): Inked(text(time).map(time.rough) ?? NumberText.none)
    case .failed: Inked("FAILED", .bad)
    case .missing: Inked(NumberText.none)
    }
  }

  fileprivate var errorText: Inked {
    guard let error = errorInTolerances else { return Inked(NumberText.none) }
    return Inked(error.isFinite ? NumberText.error(error) : "not finite", error <= 1 ? .plain : .bad)
  }
}

/// How many times the time of another one an alternative takes, over common rounds; nil where one was not timed.
struct Multiple {
  private let interval: MedianInterval

  init?(_ alternative: AlternativeRecord, over other: AlternativeRecord) {
    guard alternative.isTimed, other.isTimed, let interval = alternative.ratio(over: other) else {
      return nil
    }
    self.interval = interval
  }

  var median: Double { interval.median }
  var text: String { NumberText.ratio(interval.median) }
  var range: String { inBrackets { Format.fixed($0, 2) } }
  var percent: String { NumberText.percent(interval.median) }
  var percentRange: String { inBrackets { Format.fixed($0 * 100, 1) } }

  /// `(0.98–1.03)`; five rounds and fewer make no interval of 95 %.
  private func inBrackets(_ text: (Double) -> String) -> String {
    guard interval.count >= 6 else { return "(\(NumberText.none))" }
    return "(\(text(interval.low))–\(text(interval.high)))"
  }
}
