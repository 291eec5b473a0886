/// A table of text: aligned columns two spaces apart, a header over a rule, cells of one or several lines.
struct TextTable {
  enum Side { case left, right }
  struct Column {
    /// Lines of the heading; they stand at the bottom of the header.
    let header: [Inked]
    let side: Side

    init(_ header: String..., side: Side = .right) { self.init(lines: header, side: side) }
    init(lines: [String], side: Side = .right) {
      (self.header, self.side) = (lines.map { Inked($0) }, side)
    }
  }
  /// The lines of one field.
  typealias Cell = [Inked]

  private static let gap = 2
  /// No column is made narrower than this.
  private static let narrowest = 3

  let columns: [Column]
  var rows: [[Cell]] = []

  init(_ columns: [Column], rows: [[Cell]] = []) { (self.columns, self.rows) = (columns, rows) }

  /// The width at which nothing is cut.
  var naturalWidth: Int { Self.total(naturalWidths) }

  /// The table in at most `style.width` columns; the widest columns give way, with an ellipsis.
  func lines(_ style: Style) -> [String] {
    let widths = fitted(to: style.width)
    let height = columns.map(\.header.count).max() ?? 0
    let header = columns.map { column in
      Array(repeating: Inked(""), count: height - column.header.count) + column.header
    }
    let rule = String(repeating: "─", count: Self.total(widths))
    return lines(of: header, widths, style) + [rule] + rows.flatMap { lines(of: $0, widths, style) }
  }

  private var naturalWidths: [Int] {
    columns.indices.map { index in
      let cells = [columns[index].header] + rows.map { $0[index] }
      return cells.joined().map(\.text.columns).max() ?? 0
    }
  }

  private func fitted(to width: Int) -> [Int] {
    var widths = naturalWidths
    while Self.total(widths) > width, let widest = widths.max(), widest > Self.narrowest {
      widths[widths.firstIndex(of: widest)!] -= 1
    }
    return widths
  }

  private static func total(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + gap * max(widths.count - 1, 0)
  }

  private func lines(of cells: [Cell], _ widths: [Int], _ style: Style) -> [String] {
    (0..<(cells.map(\.count).max() ?? 0)).map { line in
      var text = ""
      var pending = 0  // spaces, written only before text, so that no line ends in any
      for (index, cell) in cells.enumerated() {
        let whole = line < cell.count ? cell[line] : Inked("")
        let piece = Inked(whole.text.cut(to: widths[index]), whole.ink)
        let free = widths[index] - piece.text.columns
        let isRight = columns[index].side == .right
        if isRight { pending += free }
        if !piece.text.isEmpty {
          text += String(repeating: " ", count: pending) + style.paint(piece)
          pending = 0
        }
        pending += Self.gap + (isRight ? 0 : free)
      }
      return text
    }
  }
}
