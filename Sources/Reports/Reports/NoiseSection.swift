import Machine
import Quantities
import Results

extension Page {
  /// How quiet the machine was before the run, and what it did during it.
  mutating func surroundings(_ record: RunRecord) {
    if let noise = record.noise {
      blank()
      self.noise(noise)
    }
    guard let conditions = record.conditions else { return }
    blank()
    paragraph("During the run (\(NumberText.duration(conditions.duration)))")
    for line in conditions.findings { paragraph(Inked(line, .bad), label: "! ", indent: 2) }
    for line in conditions.remarks { paragraph(Inked(line, .warning), label: "! ", indent: 2) }
    paragraph(conditions.line, indent: 2)
  }

  private mutating func noise(_ noise: NoiseReport) {
    let head = "Noise before the run: \(Format.fixed(noise.score, 0)) of 100, \(noise.word.rawValue)"
    let ink: Ink = noise.word == .quiet ? .good : noise.word == .usable ? .plain : .warning
    paragraph(Inked(head, ink))
    var notes = Footnotes()
    let rows = noise.parts.map { part -> [TextTable.Cell] in
      if let reason = part.amount.reason { notes.add(reason, for: part.kind.title) }
      let points = part.amount.value == nil ? NumberText.none : Format.fixed(part.points, 0)
      return [[Inked(part.kind.title)], [Inked(part.text)], [Inked(points)]]
    }
    table(TextTable([.init("Noise", side: .left), .init("amount"), .init("points")], rows: rows))
    footnotes(notes)
  }
}

extension RunConditions {
  /// What was watched, with its bounds.
  var line: String {
    let steal = stealShare.value.map { "\(NumberText.percent($0)) taken by the hypervisor (bound 1 %)" }
    let clock = lowestClockShare.value.map {
      "clock at \(NumberText.percent($0)) of the set one (bound 95 %)"
    }
    let heat = (throttleEvents.value ?? coolingRise.value).map { $0 == 0 ? "no throttling" : "throttled" }
    let others = othersShare.value.map { "\(NumberText.percent($0)) used by other programs" }
    let known = [steal, clock, heat, others].compactMap(\.self)
    let unknown = [(steal, "steal"), (clock, "clock"), (heat, "throttling"), (others, "other programs")]
      .filter { $0.0 == nil }.map(\.1)
    let rest = unknown.isEmpty ? [] : ["not readable here: \(unknown.joined(separator: ", "))"]
    return (known + rest).joined(separator: " · ")
  }
}
