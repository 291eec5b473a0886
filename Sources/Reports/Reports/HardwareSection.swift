import Hardware
import Quantities

extension TextReport {
  /// The machines of the catalogue, a line each.
  public func hardware(_ entries: [HardwareEntry]) -> String {
    draw { page in
      page.heading("Hardware")
      page.table(
        TextTable(
          [
            .init("machine", side: .left), .init("", "arithmetic"), .init("", "memory"), .init("", "power"),
            .init("price", "$"),
          ], rows: entries.map(\.row)))
      page.blank()
      page.paragraph(
        "[P] primary text or raw data, [S] restated by a third party, [D] worked out here; – no source found. "
          + "perwatt hardware NAME prints all figures of one with source and date.")
    }
  }

  /// One machine: every figure with its source, and what is unknown.
  public func hardware(_ entry: HardwareEntry) -> String {
    draw { page in
      page.heading("\(entry.name) · \(entry.id)")
      page.figures("Arithmetic", entry.peaks)
      page.figures("Memory bandwidth", entry.bandwidth)
      page.figures("Memory", entry.memory)
      page.figures("Power", entry.power)
      page.figures("Price", entry.price)
      page.blank()
      if let product = entry.byteDotProduct {
        page.paragraph(
          "\(product.present ? "multiplies" : "does not multiply") bytes four at a time (\(product.source))",
          label: "Bytes  ")
      }
      for note in entry.notes { page.paragraph(note, label: "note   ") }
      page.paragraph(
        "[P] primary text or raw data, [S] restated by a third party, [D] worked out here; the date is the source's "
          + "or, where it bears none, when it was read.")
    }
  }
}

extension Page {
  fileprivate mutating func figures<Q, Kind>(_ title: String, _ figures: [HardwareFigure<Q, Kind>]) {
    blank()
    guard !figures.isEmpty else { return paragraph("unknown: no source found", label: "\(title)  ") }
    paragraph(title)
    for figure in figures {
      paragraph(figure.text, label: figure.what.title + "  ", indent: 2)
      if let note = figure.note { paragraph(note, indent: 4) }
      paragraph("\(figure.source); \(figure.date)", indent: 4)
    }
  }
}

extension HardwareEntry {
  /// The figure that a reader looks for first, in each column.
  fileprivate var row: [TextTable.Cell] {
    let arithmetic = peak(.fp16Matrix) ?? peak(.linpack) ?? peak(.fp32) ?? peak(.int8Sparse)
    let memory = bandwidth(.peak) ?? bandwidth(.copy)
    let most = power(.languageModel) ?? power(.maximum) ?? power(.linpack)
    let price = price(.list) ?? price(.launch) ?? price(.tested) ?? price(.estimate)
    func cell<Q, Kind>(_ figure: HardwareFigure<Q, Kind>?) -> TextTable.Cell {
      guard let figure else { return [Inked(NumberText.none)] }
      return [Inked(figure.text), Inked(figure.what.title)]
    }
    return [[Inked(id), Inked(name)], cell(arithmetic), cell(memory), cell(most), cell(price)]
  }
}
