import Measurement
import Quantities
import Results
import Statistics

extension ReportInput {
  /// Prefill and decode of whole models: against what the machine allows at most, and against other programs.
  var modelSection: ReportSection? {
    let blocks = machines.flatMap { machine -> [ReportBlock] in
      let own = machine.run(withMost: { $0.models.count })?.modelBlocks(machine) ?? []
      let drawn = own + machine.peerBlocks
      return drawn.isEmpty || machines.count == 1 ? drawn : [.heading(machine.name)] + drawn
    }
    guard !blocks.isEmpty else { return nil }
    let words =
      "Reading a prompt (prefill) multiplies matrices, writing a token (decode) reads every weight once. The speed of light "
      + "is what the measured peaks allow: the lower of arithmetic ÷ operations per token and bandwidth ÷ bytes per token."
    return ReportSection("models", "Prefill and decode", [.text(words)] + blocks)
  }
}

extension ReportInput.Machine {
  /// Rows of the valid run that has most of them beside `peer`, or beside any other program.
  func peerLines(beside peer: String? = nil) -> [BenchLine] {
    let run = run(withMost: {
      ($0.benches ?? []).count { $0.peer.map { peer == nil || $0.label == peer } ?? false }
    })
    return run.map { BenchLine.all($0.record) } ?? []
  }

  fileprivate var peerBlocks: [ReportBlock] {
    guard let run = run(withMost: { ($0.benches ?? []).count }) else { return [] }
    let beside = peerLines(), lines = beside.isEmpty ? BenchLine.all(run.record) : beside
    let source = runs.first { $0.record == lines.first?.run } ?? run
    let plots = [("prompts", "Reading prompts", true), ("tokens", "Writing tokens", false)].compactMap {
      name, title, reads in
      BenchPlot(lines.filter { ($0.row.test.generated == 0) == reads })
        .plot("peers.\(name).\(slug)", "\(title), beside other programs")
    }
    return plots.isEmpty ? [] : source.warning + plots.map(ReportBlock.plot) + [source.source]
  }
}

extension ReportInput.Run {
  fileprivate func modelBlocks(_ machine: ReportInput.Machine) -> [ReportBlock] {
    let plots = [Phase.prefill, .decode].compactMap { phase in
      PhasePlot(phase, record).plot("\(phase.rawValue).\(machine.slug)")
    }
    return plots.isEmpty ? [] : warning + plots.map(ReportBlock.plot) + [source]
  }
}

/// One phase of all models and backends of a run.
private struct PhasePlot {
  let phase: Phase
  let runs: [(model: String, run: PhaseRun)]

  init(_ phase: Phase, _ record: RunRecord) {
    self.phase = phase
    let floor = record.control(for: "model")?.floor
    runs = record.models.flatMap { model in
      let weights = model.config["weights"].map { " \($0)" } ?? ""
      return model.backends.map {
        (model.name + weights, PhaseRun($0, phase, cases: record.cases, floor: floor))
      }
    }
  }

  /// Nil where nothing was timed.
  func plot(_ name: String) -> Plot? {
    let lanes = runs.compactMap { model, run in lane(run, group: model) }
    guard !lanes.isEmpty else { return nil }
    let values = lanes.flatMap(\.marks).map(\.value) + lanes.compactMap(\.limit)
    let content = Lanes(
      axis: PlotAxis("tokens per second", of: values), series: ["measured"], lanes: lanes,
      limitName: lanes.contains { $0.limit != nil } ? "speed of light" : nil)
    return Plot(
      name: name, title: phase == .prefill ? "Prefill: reading a prompt" : "Decode: writing tokens",
      summary: summary, content: .lanes(content), data: table)
  }

  private var summary: String {
    let work = runs.compactMap(\.run.work).first.map { " \($0)." } ?? ""
    return "Tokens per second by backend, and their share of the speed of light.\(work)"
  }

  private func lane(_ run: PhaseRun, group: String) -> Lanes.Lane? {
    guard case .timed(let time) = run.outcome, let speed = run.speed(time)?.value, speed > 0 else {
      return nil
    }
    let ends = [speed * (time.median / time.high), speed * (time.median / time.low)]
    let mark = Lanes.Mark(
      series: 0, value: speed, range: time.hasInterval && ends[0] <= ends[1] ? ends[0]...ends[1] : nil)
    let note = "\(time.rough(Format.significant(speed))) · \(NumberText.percent(run.share.value))"
    return Lanes.Lane(
      label: run.backend, group: group, marks: [mark], limit: run.roofline.value?.ceiling.value, note: note)
  }

  private var table: DataTable {
    let columns: [DataTable.Column] = [
      .words("backend"), .words("model"), .numbers("tok/s", "tok/s"), .numbers("low", "tok/s"),
      .numbers("high", "tok/s"), .numbers("speed of light", "tok/s"), .numbers("share", "share"),
      .numbers("vs scalar", "ratio"), .words("why not"),
    ]
    let rows = runs.map { model, run -> [DataTable.Cell] in
      let head = [DataTable.Cell(run.backend), .init(model)]
      switch run.outcome {
      case .failed(let reason):
        return head + Array(repeating: .none, count: 6) + [.init(reason, nil, .bad)]
      case .missing(let reason): return head + Array(repeating: .none, count: 6) + [.init(reason)]
      case .timed(let time):
        let speed = run.speed(time)?.value
        let ends = [time.high, time.low].map { end in
          DataTable.Cell.number(time.hasInterval ? speed.map { $0 * (time.median / end) } : nil)
        }
        return head + [.number(speed, run.isBest ? .good : .plain)] + ends + [
          .number(run.roofline.value?.ceiling.value), .percent(run.share.value), .ratio(run.gainOverScalar),
          .init(run.share.reason ?? ""),
        ]
      }
    }
    return DataTable("Tokens per second, \(phase.rawValue).", columns, rows)
  }
}

/// Rows of llama-bench, each with those that ran it.
private struct BenchPlot {
  private struct Row {
    let label: String
    let lines: [BenchLine]
  }

  private let rows: [Row]
  private let programs: [String]

  init(_ lines: [BenchLine]) {
    let timed = lines.filter(\.isTimed)
    var ids: [String] = []
    for line in timed where !ids.contains(line.row.caseID) { ids.append(line.row.caseID) }
    rows = ids.map { id in
      let lines = timed.filter { $0.row.caseID == id }
      let row = lines[0].row
      return Row(label: "\(row.model.type) \(row.test.name), \(row.configuration.threads)t", lines: lines)
    }
    var seen: Set<String> = []
    programs = timed.map(\.measured.label).filter { seen.insert($0).inserted }
  }

  func plot(_ name: String, _ title: String) -> Plot? {
    guard !rows.isEmpty else { return nil }
    let lanes = rows.map { row in
      let marks = row.lines.map { line in
        let rate = line.rate!  // only timed lines are here
        return Lanes.Mark(series: series(line), value: rate.median, range: rate.low...rate.high)
      }
      let gain = row.lines.compactMap(\.overPeer).first
      let note = gain.map { NumberText.ratio($0.median) } ?? Format.significant(marks[0].value)
      return Lanes.Lane(label: row.label, marks: marks, note: note)
    }
    let content = Lanes(
      axis: PlotAxis("tokens per second", of: lanes.flatMap(\.marks).map(\.value)), series: programs,
      lanes: lanes)
    return Plot(
      name: name, title: title, summary: summary, content: .lanes(content), data: table)
  }

  private var summary: String {
    let gains = rows.flatMap(\.lines).compactMap { $0.overPeer?.median }
    guard let mean = gains.geometricMean else { return "Tokens per second of each row of llama-bench." }
    return
      "Both take turns in one session. At the right: how many times the other program's speed, over common rounds; "
      + "\(NumberText.ratio(mean)) in the geometric mean of \(NumberText.count(gains.count, "row"))."
  }

  private func series(_ line: BenchLine) -> Int { programs.firstIndex(of: line.measured.label) ?? 0 }

  private var table: DataTable {
    let columns: [DataTable.Column] = [
      .words("row"), .words("program"), .numbers("tok/s", "tok/s"), .numbers("low", "tok/s"),
      .numbers("high", "tok/s"), .numbers("vs other", "ratio"),
    ]
    let cells = rows.flatMap { row in
      row.lines.map { line -> [DataTable.Cell] in
        let settings = line.peer?.settings ?? []
        return [
          .init(row.label), .init(([line.measured.label] + settings).joined(separator: " ")),
          .number(line.rate?.median), .number(line.rate?.low), .number(line.rate?.high),
          .ratio(line.overPeer?.median),
        ]
      }
    }
    return DataTable("Tokens per second beside other programs.", columns, cells)
  }
}
