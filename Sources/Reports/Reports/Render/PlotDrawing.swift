import Quantities

/// What all plots share: a canvas with text, marks and a legend.
///
/// Colours are classes (`c0` … `c7`) that the style sheet fills, in its light and its dark scheme; shapes tell the series
/// apart without them.
struct PlotCanvas {
  let width: Double
  private(set) var parts: [Markup] = []

  static let fontSize = 12.0

  init(width: Double) { self.width = width }

  enum Anchor: String { case start, middle, end }

  mutating func add(_ part: Markup) { parts.append(part) }

  mutating func text(
    _ text: String, x: Double, y: Double, _ anchor: Anchor = .start, style: String = "label"
  ) {
    var attributes: KeyValuePairs<StaticString, String> {
      anchor == .start
        ? ["x": Self.number(x), "y": Self.number(y), "class": style]
        : ["x": Self.number(x), "y": Self.number(y), "class": style, "text-anchor": anchor.rawValue]
    }
    add(Markup("text", attributes, text))
  }

  mutating func line(_ points: [(x: Double, y: Double)], style: String) {
    let steps = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(Self.number(point.x)) \(Self.number(point.y))"
    }
    add(Markup("path", ["d": steps.joined(), "class": style]))
  }

  /// A mark of a series: its shape and its colour.
  mutating func mark(_ series: Int, x: Double, y: Double, size: Double = 4.5, isMinor: Bool = false) {
    let shape = MarkShape.allCases[series % MarkShape.allCases.count]
    let style = "mark c\(series % Palette.series)\(isMinor ? " minor" : "")"
    add(Markup("path", ["d": shape.path(x, y, size), "class": style]))
  }

  /// Names with their marks in lines, from `y` down; one without a series is that of limits.
  /// - Returns: where the next thing may stand.
  mutating func legend(_ names: [(series: Int?, name: String)], y: Double) -> Double {
    var (x, line) = (0.0, y)
    for (series, name) in names {
      let label = name.printable.cut(to: 40)
      let length = 18 + Self.length(label) + 14
      if x > 0, x + length > width { (x, line) = (0, line + 18) }
      if let series {
        mark(series, x: x + 6, y: line - 4)
      } else {
        self.line([(x + 6, line - 11), (x + 6, line + 2)], style: "limit")
      }
      text(label, x: x + 16, y: line)
      x += length
    }
    return line + 18
  }

  /// About as wide as a text becomes.
  static func length(_ text: String, size: Double = fontSize) -> Double {
    Double(text.columns) * size * 0.56
  }

  /// So much of a text as fits.
  static func fit(_ text: String, _ width: Double) -> String {
    text.printable.cut(to: max(3, Int(width / (fontSize * 0.56))))
  }

  /// A coordinate: tenths are finer than anyone sees.
  static func number(_ value: Double) -> String {
    let text = Format.fixed(value.isFinite ? value : 0, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// Shapes of marks, in the order of the series.
private enum MarkShape: CaseIterable {
  case circle, square, triangle, diamond, cross, down, bar, plus

  /// Around `x`, `y`, as far as `r`.
  func path(_ x: Double, _ y: Double, _ r: Double) -> String {
    guard let corners else {
      let (radius, diameter) = (PlotCanvas.number(r), PlotCanvas.number(2 * r))
      let arc = "a\(radius) \(radius) 0 1 0"
      return "M\(PlotCanvas.number(x - r)) \(PlotCanvas.number(y))\(arc) \(diameter) 0\(arc) -\(diameter) 0Z"
    }
    let points = corners.map { "\(PlotCanvas.number(x + $0 * r)) \(PlotCanvas.number(y + $1 * r))" }
    return "M" + points.joined(separator: "L") + "Z"
  }

  /// In units of the radius; nil for the circle. Shapes are about as large as it.
  private var corners: [(Double, Double)]? {
    switch self {
    case .circle: nil
    case .square: [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
    case .triangle: [(0, -1.15), (1.1, 0.85), (-1.1, 0.85)]
    case .diamond: [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]
    case .down: [(0, 1.15), (1.1, -0.85), (-1.1, -0.85)]
    case .bar: [(-0.4, -1.2), (0.4, -1.2), (0.4, 1.2), (-0.4, 1.2)]
    case .cross:
      [(0, -0.45), (0.6, -1), (1, -0.6), (0.45, 0), (1, 0.6), (0.6, 1)]
        + [(0, 0.45), (-0.6, 1), (-1, 0.6), (-0.45, 0), (-1, -0.6), (-0.6, -1)]
    case .plus:
      [(-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4)]
        + [(0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)]
    }
  }
}
