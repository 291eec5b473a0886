import Measurement
import Quantities
import Results
import Statistics

/// One line of a bench table: a row of llama-bench and one of those that ran it.
struct BenchLine {
  let row: BenchRecord
  let measured: AlternativeRecord
  /// The run that it belongs to.
  let run: RunRecord
  private let peers: [AlternativeRecord]

  /// All lines of a run in the order of their measurement, also of what failed.
  static func all(_ run: RunRecord) -> [BenchLine] {
    let cases = Dictionary(run.cases.map { ($0.id, $0) }) { first, _ in first }
    return (run.benches ?? []).flatMap { row in
      let alternatives = cases[row.caseID]?.alternatives ?? []
      let peers = alternatives.filter { $0.label == row.peer?.label && $0.isTimed }
      return alternatives.map { BenchLine(row: row, measured: $0, run: run, peers: peers) }
    }
  }

  /// The other program, if it is that that ran the line.
  var peer: BenchPeer? { measured.label == row.peer?.label ? row.peer : nil }

  var isTimed: Bool { measured.isTimed && !measured.samples.isEmpty }
  /// Tokens per second of each sample.
  var rates: [Double] { measured.samples.map { Double(row.test.tokens) / $0 } }

  /// The median rate with its interval.
  var rate: MedianInterval? { isTimed ? MedianInterval(of: rates) : nil }

  /// How many times the peer's speed, over the rounds that both took part in; nil where there is no such round.
  var overPeer: MedianInterval? {
    guard isTimed, peer == nil, let other = peers.first else { return nil }
    return other.ratio(over: measured)
  }

  private var times: BenchTimes? { row.backends.first { $0.backend == measured.label } }

  /// The median time to the logits of the prompt's last token; nil without a prompt.
  var firstToken: Seconds? {
    guard let prompts = times?.prompts, !prompts.isEmpty else { return nil }
    return Seconds(Quantiles.median(prompts.map(\.value)))
  }

  /// A percentile of the time of a generated token, over all samples, in seconds; nil where none is generated.
  func tokenTime(_ percent: Int) -> Percentile? {
    tokenTimes.map { Percentile(percent, ofSorted: $0) }
  }

  /// What that percentile does not exceed, however long one measures (`EarlyStopping`), in seconds; nil for the median,
  /// which the interval of the rate tells already, and where the percentile itself is not told.
  func tokenTimeBound(_ percent: Int) -> Double? {
    guard percent > 50, let times = tokenTimes, case .value = Percentile(percent, ofSorted: times),
      case .value(let bound) = Percentile.upperBound(percent, ofSorted: times)
    else { return nil }
    return bound
  }

  /// Of every generated token, ascending; nil where none is generated.
  var tokenTimes: [Double]? {
    guard let times, row.test.generated > 0 else { return nil }
    return times.tokens.joined().map(\.value).sorted()
  }

  /// Percentiles that are told.
  static let percents = [50, 90, 99]
}
