import Quantities
import Results

/// What a machine makes of a model: one line of the leaderboard.
struct SpeedRow {
  struct Pace {
    let speed: Double
    /// The figure with its mark where it is rough.
    let text: String
    /// Of what the measured peaks allow.
    let share: Double?
  }

  let machine: String
  let file: String
  let model: String
  let weights: String
  let threads: Int
  /// Of the backends that produce tokens fastest, within 1 %, the one that reads fastest.
  let backend: String
  let prefill: Pace?, decode: Pace?
  /// Of produced tokens with that backend.
  let energy: EnergyFigure?
  /// Whether its run is: figures of others must not be compared.
  let isValid: Bool
  /// What sets the ceiling of `decode`.
  let boundBy: RooflineRecord.Bound?

  /// Nil where no backend was timed in either phase.
  init?(_ model: ModelRecord, _ run: ReportInput.Run, machine: String) {
    let record = run.record
    let paces = model.backends.map { backend in
      (backend.backend, Self.pace(backend, .prefill, record), Self.pace(backend, .decode, record))
    }
    let writing = 0.99 * (paces.compactMap { $0.2?.speed }.max() ?? 0)
    let fastest = paces.filter { ($0.1 != nil || $0.2 != nil) && $0.2?.speed ?? 0 >= writing }
      .max { ($0.1?.speed ?? 0, $0.2?.speed ?? 0) < ($1.1?.speed ?? 0, $1.2?.speed ?? 0) }
    guard let fastest else { return nil }
    (self.machine, file, self.model) = (machine, run.file, model.name)
    (weights, threads) = (model.config["weights"] ?? NumberText.none, record.protocolUsed.threads)
    (backend, prefill, decode) = fastest
    isValid = record.validity.status == .valid
    energy =
      record.energy.first {
        $0.model == model.name && $0.backend == fastest.0 && $0.phase == .decode
      }?.energy.value
    boundBy =
      model.backends.first { $0.backend == fastest.0 }?.phases.first { $0.phase == .decode }?.roofline.value?
      .boundBy
  }

  private static func pace(_ backend: BackendRecord, _ phase: Phase, _ record: RunRecord) -> Pace? {
    let run = PhaseRun(backend, phase, cases: record.cases, floor: nil)
    guard case .timed(let time) = run.outcome, let speed = run.speed(time)?.value, speed.isFinite else {
      return nil
    }
    return Pace(speed: speed, text: time.rough(Format.significant(speed)), share: run.share.value)
  }

  /// One for each model, format and number of threads, from the newest valid run that has it.
  static func all(_ input: ReportInput) -> [SpeedRow] {
    input.machines.flatMap { machine in
      var seen: Set<String> = []
      let ordered =
        machine.runs.filter { $0.record.validity.status == .valid }
        + machine.runs.filter { $0.record.validity.status != .valid }
      return ordered.flatMap { run in
        run.record.models.compactMap { SpeedRow($0, run, machine: machine.name) }
      }.filter { seen.insert("\($0.model)\n\($0.weights)\n\($0.threads)").inserted }
    }
  }
}

extension SpeedRow {
  static func table(_ rows: [SpeedRow], caption: String) -> DataTable {
    let columns: [DataTable.Column] = [
      .words("machine"), .words("model"), .words("weights"), .numbers("threads", "threads"),
      .words("backend"), .numbers("prefill tok/s", "tok/s"), .numbers("of ceiling", "share"),
      .numbers("decode tok/s", "tok/s"), .numbers("of ceiling", "share"), .numbers("tok/J", "tok/J"),
      .words("energy at"),
    ]
    return DataTable(caption, columns, rows.map(\.cells))
  }

  private var cells: [DataTable.Cell] {
    func pace(_ pace: Pace?) -> [DataTable.Cell] {
      [pace.map { .init($0.text, $0.speed) } ?? .none, .percent(pace?.share)]
    }
    let efficiency = energy.map { $0.perToken.central.tokensPerJoule }
    let name = DataTable.Cell(
      isValid ? machine : "\(machine), invalid run", nil, isValid ? .plain : .warning)
    return [
      name, .init(model), .init(weights), .init("\(threads)", Double(threads)), .init(backend),
    ]
      + pace(prefill) + pace(decode) + [
        .number(efficiency), energy.map { .init($0.origin.words, nil, $0.origin.ink) } ?? .none,
      ]
  }
}

extension EnergyOrigin {
  /// `socket, proxy`: what may be compared with what.
  var words: String { "\(boundary), \(tier)" }
  /// What was not metered is marked.
  var ink: Ink { tier == "proxy" ? .warning : .plain }
}
