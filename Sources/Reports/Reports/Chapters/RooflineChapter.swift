import Measurement
import Quantities
import Results

extension ReportInput {
  /// Every kernel, and both phases of each model, under what the machine's measured peaks allow (Williams, Waterman,
  /// Patterson 2009).
  var rooflineSection: ReportSection? {
    let drawn = machines.compactMap { machine in
      // The kernels' own run, if its peaks are known, so that both sections tell of the same figures.
      let whole = machine.kernelRun.flatMap { Roofline($0.record) == nil ? nil : $0 }
      return (whole ?? machine.run(withMost: { Roofline($0)?.subjects.count ?? 0 })).flatMap { run in
        Roofline(run.record).map { (machine, run, $0) }
      }
    }
    guard !drawn.isEmpty else { return nil }
    let blocks = drawn.flatMap { machine, run, roofline -> [ReportBlock] in
      let title = drawn.count > 1 ? "Roofline of \(machine.name)" : "Roofline"
      return run.warning + [.plot(roofline.plot("roofline.\(machine.slug)", title)), run.source]
    }
    let words =
      "A kernel with few operations for each byte can be no faster than memory delivers, one with many no faster than the "
      + "arithmetic units: the line is the lower of the two, as measured. Above it lies only what stays in a cache."
    return ReportSection("roofline", "Roofline", [.text(words)] + blocks)
  }
}

/// The points of a run and the line above them.
private struct Roofline {
  struct Subject {
    let mark: String
    let title: String
    /// FLOP per byte.
    let intensity: Double
    /// GFLOP/s of those that were timed.
    let rates: [(backend: String, rate: Double)]

    var best: (backend: String, rate: Double)? { rates.max { $0.rate < $1.rate } }
    func ceiling(_ line: Roofline) -> Double { min(line.arithmetic, line.memory * intensity) }
  }

  /// GFLOP/s and GB/s.
  let arithmetic: Double, memory: Double
  let threads: Int
  let subjects: [Subject]
  let backends: [String]

  /// Nil without peaks, or without a case that says its operations and bytes.
  init?(_ record: RunRecord) {
    guard let arithmetic = record.peak("fma").value, let memory = record.peak("read").value,
      arithmetic > 0, memory > 0
    else { return nil }
    let kernels = record.cases.filter { $0.group == "kernel" }.compactMap(Subject.init)
    let numbered = kernels.enumerated().map { Subject(numbering: $0.offset + 1, $0.element) }
    subjects = numbered + record.models.flatMap { Subject.phases(of: $0, record) }
    guard !subjects.isEmpty else { return nil }
    (self.arithmetic, self.memory) = (arithmetic / 1e9, memory / 1e9)
    threads = record.protocolUsed.threads
    var seen: Set<String> = []
    backends = subjects.flatMap(\.rates).map(\.backend).filter { seen.insert($0).inserted }
  }

  func plot(_ name: String, _ title: String) -> Plot {
    let roofs = "\(Format.significant(memory)) GB/s and \(Format.significant(arithmetic)) GFLOP/s"
    let shares = subjects.compactMap { subject in
      subject.best.map { (subject.title, $0.rate / subject.ceiling(self)) }
    }
    let below = shares.filter { $0.1 <= 1 }
    let above = shares.count - below.count
    let cached = above > 0 ? "; \(above) above it, out of a cache" : ""
    let nearest = below.max { $0.1 < $1.1 }.map {
      "; nearest to the line is \($0.0) with \(NumberText.percent($0.1))"
    }
    return Plot(
      name: name, title: title,
      summary:
        "\(NumberText.count(subjects.count, "subject")) under \(roofs), \(NumberText.count(threads, "thread"))"
        + "\(nearest ?? "")\(cached). Large marks are the fastest backend of each; numbers are those of the table.",
      content: .plane(plane), data: table)
  }
}

extension Roofline.Subject {
  fileprivate init?(_ measured: CaseRecord) {
    guard let flops = measured.work.flops?.value, let bytes = measured.work.bytes?.value, flops > 0, bytes > 0
    else { return nil }
    (mark, title, intensity) = ("", measured.title, flops / bytes)
    rates = measured.alternatives.compactMap { alternative in
      guard case .timed(let time) = alternative.outcome, time.median.value > 0 else { return nil }
      return (alternative.label, flops / time.median.value / 1e9)
    }
    if rates.isEmpty { return nil }
  }

  fileprivate init(numbering number: Int, _ other: Self) {
    mark = "\(number)"
    (title, intensity, rates) = (other.title, other.intensity, other.rates)
  }

  /// Both phases of a model as one subject each, where their ceiling says what a token takes.
  fileprivate static func phases(of model: ModelRecord, _ record: RunRecord) -> [Self] {
    [Phase.prefill, .decode].compactMap { phase in
      let runs = model.backends.map { PhaseRun($0, phase, cases: record.cases, floor: nil) }
      guard let work = runs.compactMap(\.roofline.value).first, work.bytesPerToken.value > 0,
        work.flopsPerToken.value > 0
      else { return nil }
      let rates = runs.compactMap { run -> (String, Double)? in
        guard case .timed(let time) = run.outcome, let speed = run.speed(time)?.value else { return nil }
        return (run.backend, speed * work.flopsPerToken.value / 1e9)
      }
      guard !rates.isEmpty else { return nil }
      return Self(
        mark: phase.rawValue, title: "\(phase.rawValue) of \(model.name)",
        intensity: work.flopsPerToken.value / work.bytesPerToken.value, rates: rates)
    }
  }

  private init(mark: String, title: String, intensity: Double, rates: [(String, Double)]) {
    (self.mark, self.title, self.intensity) = (mark, title, intensity)
    self.rates = rates.map { (backend: $0.0, rate: $0.1) }
  }
}

extension Roofline {
  private var plane: Plane {
    let ridge = arithmetic / memory
    let x = PlotAxis("FLOP per byte", of: subjects.map(\.intensity) + [ridge], logarithmicFrom: 1)
    let rates = subjects.flatMap(\.rates).map(\.rate)
    let y = PlotAxis("GFLOP/s", of: rates + [arithmetic, memory * x.range.lowerBound], logarithmicFrom: 1)
    let (low, high) = (x.range.lowerBound, x.range.upperBound)
    let slope = Plane.Line(
      points: [(ridge, arithmetic), (low, memory * low)], kind: .roof,
      label: "memory \(Format.significant(memory)) GB/s")
    let flat = Plane.Line(
      points: [(ridge, arithmetic), (high, arithmetic)], kind: .roof,
      label: "arithmetic \(Format.significant(arithmetic)) GFLOP/s")
    return Plane(x: x, y: y, series: backends, lines: [slope, flat], points: points)
  }

  private var points: [Plane.Point] {
    subjects.flatMap { subject in
      subject.rates.map { backend, rate in
        let isBest = backend == subject.best?.backend
        return Plane.Point(
          x: subject.intensity, y: rate, series: backends.firstIndex(of: backend) ?? 0,
          label: isBest ? subject.mark : nil, isMinor: !isBest)
      }
    }
  }

  private var table: DataTable {
    let columns: [DataTable.Column] =
      [.words("kernel"), .words("mark"), .numbers("FLOP/B", "FLOP/B"), .numbers("line", "GFLOP/s")]
      + backends.map { .numbers($0, "GFLOP/s") } + [.numbers("best of line", "share")]
    let rows = subjects.map { subject -> [DataTable.Cell] in
      let ceiling = subject.ceiling(self)
      let rates = backends.map { name in subject.rates.first { $0.backend == name }?.rate }
      let head = [
        DataTable.Cell(subject.title), .init(subject.mark), .number(subject.intensity), .number(ceiling),
      ]
      return head + rates.map { .number($0) } + [.percent(subject.best.map { $0.rate / ceiling })]
    }
    return DataTable("GFLOP/s of each kernel and backend, and what the line allows.", columns, rows)
  }
}
