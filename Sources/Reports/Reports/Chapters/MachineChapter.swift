import Machine
import Measurement
import Quantities
import Results

extension ReportInput {
  /// What the machines are, what disturbed them, and what they can do at best; side by side where there are several.
  var machineSection: ReportSection? {
    let known = machines.filter { $0.facts != nil }
    guard !known.isEmpty else { return nil }
    var blocks: [ReportBlock] = [.table(Self.facts(known))]
    for machine in known {
      if known.count > 1 { blocks.append(.heading(machine.name)) }
      blocks += machine.health
    }
    return ReportSection(
      "health", known.count > 1 ? "The machines and their health" : "The machine and its health", blocks)
  }

  private static func facts(_ machines: [Machine]) -> DataTable {
    let lists = machines.map { $0.facts?.lines ?? [] }
    var names: [String] = []
    for name in lists.joined().map(\.name) where !names.contains(name) { names.append(name) }
    let rows = names.map { name in
      [DataTable.Cell(name)]
        + lists.map { list in list.first { $0.name == name }.map { .init($0.value) } ?? .none }
    }
    return DataTable(
      "What the machine says of itself.", [.words("")] + machines.map { .words($0.name) }, rows)
  }
}

extension ReportInput.Machine {
  fileprivate var health: [ReportBlock] {
    guard let run = runs.first else { return [] }
    let disturbances = run.record.machine.disturbances.map { Inked($0, .warning) }
    var blocks: [ReportBlock] = disturbances.isEmpty ? [] : [.list(disturbances)]
    if let noisy = self.run(having: { $0.noise != nil || $0.conditions != nil }) {
      blocks += noisy.surroundings
    }
    if let measured = self.run(having: { !$0.peaks.isEmpty }) { blocks.append(.table(measured.peaks)) }
    if let controlled = self.run(having: { !($0.controls ?? []).isEmpty }) {
      blocks.append(.texts((controlled.record.controls ?? []).map(\.text)))
    }
    return blocks
  }
}

extension ReportInput.Run {
  /// How quiet the machine was before the run, and what it did during it.
  fileprivate var surroundings: [ReportBlock] {
    var blocks: [ReportBlock] = []
    if let noise = record.noise {
      let columns: [DataTable.Column] = [.words("noise"), .words("amount"), .numbers("points", "points")]
      let rows = noise.parts.map { part in
        [
          DataTable.Cell(part.kind.title), .init(part.text),
          part.amount.value == nil ? .none : .init(Format.fixed(part.points, 0), part.points),
        ]
      }
      blocks.append(.table(DataTable("Before \(name): \(noise.summary).", columns, rows)))
    }
    if let conditions = record.conditions {
      blocks.append(.text("During \(name): \(conditions.line)."))
      let lines =
        conditions.findings.map { Inked($0, .bad) } + conditions.remarks.map { Inked($0, .warning) }
      if !lines.isEmpty { blocks.append(.list(lines)) }
    }
    return blocks
  }

  fileprivate var peaks: DataTable {
    let columns: [DataTable.Column] = [
      .words("measured peak"), .numbers("threads", "threads"), .numbers("peak", "per second"),
      .words("median within"), .numbers("confidence", "share"),
    ]
    let rows = record.peaks.map { peak -> [DataTable.Cell] in
      let threads = DataTable.Cell("\(peak.threads)", Double(peak.threads))
      guard let figure = peak.figure.value else {
        return [.init(peak.label), threads, .none, .init(peak.figure.reason ?? ""), .none]
      }
      let texts = peak.cells.map { $0.map(\.text).joined() }
      return [
        .init(peak.label), threads, .init(texts[0], figure.value), .init(texts[1]),
        .init(texts[2], figure.confidence),
      ]
    }
    return DataTable(
      "What \(name) reached at best, before and after all else; percentages refer to it.", columns, rows)
  }
}
