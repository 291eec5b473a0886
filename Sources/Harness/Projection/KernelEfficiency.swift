import Measurement
import Quantities
import Results

/// What a stored run says about this program's kernels, beside what the same machine can do at best.
public struct KernelEfficiency: Hashable, Sendable {
  /// Two ends of a ratio, 1 for what the law of `Projection` promises.
  public struct Range: Codable, Hashable, Sendable {
    public let low: Double
    public let high: Double

    /// 1, unless the measurement excludes it: noise must not correct a law.
    public var central: Double { min(max(1, low), high) }

    public init(_ low: Double, _ high: Double) { (self.low, self.high) = (low, high) }
  }

  /// A whole pass that produces one token (matrix times vector): the law's time over the measured one.
  public let decode: Reading<Range>
  /// A whole pass over a prompt (matrix times matrix): speed over that of the fastest product alone.
  public let prefill: Reading<Range>
  /// Speed of a product with weights in the format of this name, relative to f32.
  public let formats: [String: Double]
  /// The run, as printed.
  public let source: String

  public init(
    decode: Reading<Range>, prefill: Reading<Range>, formats: [String: Double], source: String
  ) {
    (self.decode, self.prefill, self.formats, self.source) = (decode, prefill, formats, source)
  }

  public init(_ record: RunRecord) {
    let run = MeasuredRun(record)
    decode = run.decode
    prefill = run.prefill
    formats = run.formats
    source = "\(record.machine.key), \(record.origin.suite) of \(record.origin.started.prefix(10))"
  }

  /// No run: the law alone, every format as fast as f32.
  public static func none(_ reason: String) -> Self {
    Self(
      decode: .missing(reason: reason), prefill: .missing(reason: reason), formats: [:],
      source: "no measurement (\(reason))")
  }
}

/// A run's figures at its number of threads.
private struct MeasuredRun {
  let record: RunRecord
  private let suffix: String

  init(_ record: RunRecord) {
    (self.record, suffix) = (record, ".t\(record.protocolUsed.threads)")
  }

  /// FLOP/s of the fastest large f32 product of any backend; small ones are none of a model's.
  private var product: Reading<FLOPsPerSecond> {
    let products = record.cases.filter { $0.group == "kernel" && ($0.work.flops?.value ?? 0) > 1e8 }
    let rates = products.flatMap { found in
      found.alternatives.compactMap { row in row.time.map { found.work.flops! / $0.median } }
    }
    return rates.max().map { .measured($0) } ?? .missing(reason: "the run has no large product")
  }

  /// Least and greatest of the probes: bandwidth drifts by the minute.
  private var read: Reading<(ClosedRange<Double>)> {
    let probes = record.cases.filter { $0.id == "machine.read\(suffix)" }
    let rates = probes.flatMap { probe in
      probe.alternatives.compactMap { row in
        row.time.flatMap { time in probe.work.bytes.map { ($0 / time.median).value } }
      }
    }
    guard let low = rates.min(), let high = rates.max() else {
      return .missing(reason: "the run has no probe of memory")
    }
    return .measured(low...high)
  }

  private struct Pass: Codable, Hashable {
    let time: MedianTime
    let tokens: Double
    let roofline: RooflineRecord
  }

  /// Whether a backend multiplied with f32 weights: then the fastest f32 product is its yardstick.
  private func isSingle(_ backend: BackendRecord) -> Bool {
    guard let decode = backend.phases.first(where: { $0.phase == .decode })?.roofline.value else {
      return false
    }
    return decode.bytesPerToken.value * 8 / (decode.flopsPerToken.value / 2) > 28
  }

  /// The fastest SIMD backend of the run's model.
  private func pass(_ phase: Phase) -> Reading<Pass> {
    let simd = record.models.flatMap(\.backends).filter { $0.backend.hasPrefix("simd") }
    guard simd.isEmpty || simd.contains(where: isSingle) else {
      return .missing(reason: "the run's model is quantised; the law is held against f32")
    }
    let passes = simd.filter(isSingle).flatMap {
      backend in
      backend.phases.filter { $0.phase == phase }.compactMap { found -> Pass? in
        let measured = record.cases.first { $0.id == found.caseID }
        let row = measured?.alternatives.first { $0.label == backend.backend }
        guard let time = row?.time, let roofline = found.roofline.value else { return nil }
        return Pass(time: time, tokens: measured?.work.tokens?.value ?? 1, roofline: roofline)
      }
    }
    return passes.min { $0.time.median < $1.time.median }.map { .measured($0) }
      ?? .missing(reason: "the run has no \(phase.rawValue) of a model")
  }

  var decode: Reading<KernelEfficiency.Range> {
    guard let pass = pass(.decode).value else { return .missing(reason: pass(.decode).reason!) }
    guard let read = read.value else { return .missing(reason: read.reason!) }
    guard let product = product.value else { return .missing(reason: product.reason!) }
    if let cache = record.machine.lastLevelCache, pass.roofline.bytesPerToken < cache * 4 {
      return .missing(reason: "the measured model stays partly in a cache")
    }
    func law(_ bandwidth: Double) -> Double {
      pass.roofline.bytesPerToken.value / bandwidth + (pass.roofline.flopsPerToken / product).value
    }
    return .measured(
      .init(law(read.upperBound) / pass.time.high.value, law(read.lowerBound) / pass.time.low.value))
  }

  var prefill: Reading<KernelEfficiency.Range> {
    pass(.prefill).combined(with: product) { pass, product in
      let law = pass.roofline.flopsPerToken.value * pass.tokens / product.value
      return .init(law / pass.time.high.value, law / pass.time.low.value)
    }
  }

  var formats: [String: Double] {
    let rows = record.cases.first { $0.group == "formats" && $0.id.hasPrefix("formats.linear.") }?
      .alternatives
    guard let rows, let single = rows.first(where: { $0.label == "f32" })?.time?.median else { return [:] }
    return rows.reduce(into: [:]) { speeds, row in
      if let time = row.time?.median { speeds[row.label] = single / time }
    }
  }
}
