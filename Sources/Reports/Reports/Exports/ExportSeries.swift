import Machine
import Measurement
import Quantities
import Results
import Statistics

/// One alternative of one case of a stored run, with everything that names it: what other programs call a benchmark. A
/// case that the run measured twice, as the machine's peaks are, stands here once, with all its samples.
public struct ExportSeries: Sendable {
  public let run: RunRecord
  public let measured: CaseRecord
  /// Timed, with at least one sample.
  public let alternative: AlternativeRecord
  /// How long an iteration took.
  public let time: MedianTime
  /// Nil where an imported run does not tell.
  public let threads: Int?
  /// Joules per token of this alternative in this case, where they were metered or estimated.
  public let energy: EnergyFigure?
  let line: BenchLine?

  /// Never changes for one case, backend, number of threads and machine, whatever the commit is.
  public var name: String {
    let parts = [measured.id, alternative.label] + (threads.map { ["t\($0)"] } ?? []) + [run.machine.key]
    return parts.joined(separator: "/")
  }

  /// All figures, the time per iteration first.
  public var figures: [ExportFigure] {
    var all = [figure(.time, of: time.median.value) { $0 }]
    let work = measured.work
    let rates: [(ExportMeasure, Double?)] = [
      (.tokensPerSecond, work.tokens?.value), (.flopsPerSecond, work.flops?.value),
      (.bytesPerSecond, work.bytes?.value),
    ]
    for (measure, amount) in rates {
      if let amount, amount > 0 {
        all.append(figure(measure, of: amount / time.median.value) { amount / $0 })
      }
    }
    if let range = energy?.perToken, range.low <= range.high {
      all.append(
        ExportFigure(
          .joulesPerToken, range.central.value, interval: range.low.value...range.high.value, confidence: nil)
      )
    }
    return (all + tokenFigures + [checkFigure]).compactMap(\.self)
  }

  /// The rate that the case is about: tokens, else arithmetic, else memory traffic.
  var rate: ExportFigure? { figures.first(where: \.measure.isRate) }

  private func figure(_ measure: ExportMeasure, of value: Double, _ map: (Double) -> Double) -> ExportFigure?
  {
    let ends = [map(time.low.value), map(time.high.value)].sorted()
    let interval = time.hasInterval && ends.allSatisfy(\.isFinite) ? ends[0]...ends[1] : nil
    return ExportFigure(measure, value, interval: interval, confidence: time.confidence)
  }

  private var tokenFigures: [ExportFigure?] {
    let first = line?.firstToken.flatMap { ExportFigure(.firstToken, $0.value) }
    return [first]
      + BenchLine.percents.map { percent in
        guard case .value(let time) = line?.tokenTime(percent), let measure = ExportMeasure.tokenTime(percent)
        else { return nil }
        return ExportFigure(measure, time)
      }
  }

  private var checkFigure: ExportFigure? {
    guard let check = alternative.check.value, let error = check.error.value, let most = check.tolerance.value
    else { return nil }
    return ExportFigure(.checkError, error / most)
  }
}

extension ExportSeries {
  /// What a run has measured, in its order; `untimed` is called for each alternative that has no figure.
  public static func all(_ run: RunRecord, untimed: () -> Void = {}) -> [ExportSeries] {
    let energies = run.energyByCase
    let lines = Dictionary(BenchLine.all(run).map { ($0.key, $0) }) { first, _ in first }
    var found: [ExportSeries] = []
    var places: [SeriesKey: Int] = [:]
    for measured in run.cases where measured.group != Case.controlGroup {
      for alternative in measured.alternatives {
        let key = SeriesKey(caseID: measured.id, backend: alternative.label)
        let place = places[key]
        let whole = place.map { found[$0].alternative.pooled(with: alternative) } ?? alternative
        guard alternative.isUsable, let time = whole.time else { untimed(); continue }
        let series = ExportSeries(
          run: run, measured: measured, alternative: whole, time: time,
          threads: threads(measured, lines[key], run), energy: energies[key], line: lines[key])
        if let place { found[place] = series } else { found.append(series) }
        places[key] = place ?? found.count - 1
      }
    }
    return found
  }

  /// Cases of the machine itself end in `.t<threads>`; rows of llama-bench have threads of their own.
  private static func threads(_ measured: CaseRecord, _ line: BenchLine?, _ run: RunRecord) -> Int? {
    if let line { return line.row.configuration.threads }
    let last = measured.id.split(separator: ".").last
    let own = last.flatMap { $0.hasPrefix("t") ? Int($0.dropFirst()) : nil }
    return own ?? run.protocolUsed.threads
  }
}

/// What names an alternative within its run.
struct SeriesKey: Hashable {
  let caseID: String
  let backend: String
}

extension BenchLine {
  fileprivate var key: SeriesKey { SeriesKey(caseID: row.caseID, backend: measured.label) }
}

extension AlternativeRecord {
  /// Times that a file could hold, but no clock could have told, would break every format.
  fileprivate var isUsable: Bool {
    isTimed && !samples.isEmpty && samples.allSatisfy { (1e-15...1e15).contains($0) }
  }

  /// Measured twice in a run: all samples count.
  fileprivate func pooled(with later: AlternativeRecord) -> AlternativeRecord {
    guard later.isUsable else { return self }
    var all = self
    (all.samples, all.rounds) = (samples + later.samples, rounds + later.rounds)
    // Counts of both times, or none: one alone would stand for samples that it did not see.
    all.counts = counts.flatMap { mine in later.counts.map(mine.adding) }
    all.time = MedianTime(MedianInterval(of: all.samples))
    return all
  }
}

extension RunRecord {
  fileprivate var energyByCase: [SeriesKey: EnergyFigure] {
    var found: [SeriesKey: EnergyFigure] = [:]
    for row in energy {
      guard let id = phase(of: row)?.caseID else { continue }
      found[SeriesKey(caseID: id, backend: row.backend)] = row.energy.value
    }
    return found
  }
}
