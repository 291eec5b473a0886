import Hardware
import Projection
import Quantities

extension TextReport {
  /// Predicted beside published, row by row.
  public func validation(_ validation: Validation) -> String {
    draw { page in
      page.heading("Projection against published figures")
      for group in PublishedRow.Group.allCases {
        page.paragraph(group.rawValue)
        page.table(
          TextTable(
            [
              .init("machine", side: .left), .init("model", side: .left), .init("format", side: .left),
              .init("tok/s", "published"), .init("", "predicted"), .init("", "error"),
              .init("prefill", "error"),
            ], rows: validation.rows.filter { $0.published.group == group }.map(\.cells)))
        page.summary(validation, group)
        page.blank()
      }
      page.outliers(validation)
      page.paragraph("Efficiency of this program's passes: \(validation.efficiency.source).")
      page.paragraph(
        "* the source does not print the format; Ollama's default was taken (arXiv 2604.24785). Nothing is fitted to a "
          + "row.")
    }
  }
}

extension Page {
  fileprivate mutating func summary(_ validation: Validation, _ group: PublishedRow.Group) {
    let (inside, count) = validation.within { $0.published.group == group }
    guard let error = validation.medianError({ $0.published.group == group }) else { return }
    let prefill = validation.medianPrefillError { $0.published.group == group }
      .map { "; of prefill \(Text.percent($0))" }
    paragraph(
      "median error of decode \(Text.percent(error)) over \(count) rows\(prefill ?? ""); \(inside) lie within the "
        + "predicted interval")
    guard group == .cores else { return }
    let printed = validation.medianError { $0.published.group == group && !$0.published.typeIsAssumed }
    if let printed { paragraph("rows whose source prints the format: \(Text.percent(printed))") }
    let machines = ["raspberry-pi-4", "raspberry-pi-5", "intel-n150"].compactMap { id in
      validation.medianError { $0.published.machine == id }.map { "\(id) \(Text.percent($0))" }
    }
    paragraph("by machine: \(machines.joined(separator: ", "))")
  }

  fileprivate mutating func outliers(_ validation: Validation) {
    var notes = Footnotes()
    for row in validation.rows where !row.counts {
      notes.add(
        row.remark ?? "",
        for: "\(row.published.model) on \(row.published.machine), \(row.published.decode.value)")
    }
    paragraph("Not held against the law")
    footnotes(notes)
    blank()
  }
}

extension Validation.Row {
  fileprivate var cells: [TextTable.Cell] {
    func signed(_ error: Double?) -> TextTable.Cell {
      [Inked(error.map { "\($0 < 0 ? "−" : "+")\(Format.fixed(abs($0) * 100, 0)) %" } ?? NumberText.none)]
    }
    let format = (published.type?.name ?? "") + (published.typeIsAssumed ? "*" : "")
    let predicted = predicted.value.map { Format.significant($0.central.value) }
    return [
      [Inked(published.machine)], [Inked(published.model)], [Inked(format)],
      [Inked(Format.significant(published.decode.value))], [Inked(predicted ?? NumberText.none)],
      signed(error), signed(prefillError),
    ]
  }
}
