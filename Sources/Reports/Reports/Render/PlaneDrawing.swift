import Quantities

/// Draws a `Plane`: axes, lines, points, and as many labels as find a place.
struct PlaneDrawing {
  private struct Box {
    let x: Double, y: Double, width: Double, height: Double

    func meets(_ other: Box) -> Bool {
      x < other.x + other.width && other.x < x + width && y < other.y + other.height
        && other.y < y + height
    }
  }

  private var canvas: PlotCanvas
  private let plane: Plane
  private let height: Double, top: Double
  private let x: PlotScale, y: PlotScale
  private var taken: [Box] = []

  static func draw(_ plane: Plane, width: Double) -> (height: Double, parts: [Markup]) {
    var drawing = PlaneDrawing(plane, width: width)
    drawing.draw()
    return (drawing.height, drawing.canvas.parts)
  }

  private init(_ plane: Plane, width: Double) {
    self.plane = plane
    canvas = PlotCanvas(width: width)
    var below = 14.0
    if !plane.isSmall {
      below = canvas.legend(plane.series.enumerated().map { (series: $0.offset, name: $0.element) }, y: below)
      canvas.text(PlotCanvas.fit(plane.y.title, width), x: 0, y: below, style: "tick")
      below += 10
    }
    let body = plane.isSmall ? 84 : max(220, min(width * 0.55, 380))
    let left = plane.isSmall ? 52.0 : 40.0
    (top, height) = (below, below + body + (plane.isSmall ? 20 : 40))
    x = PlotScale(plane.x, from: left, to: width - 10)
    y = PlotScale(plane.y, from: below + body, to: below)
  }

  private mutating func draw() {
    axes()
    for line in plane.lines { draw(line) }
    let places = plane.points.map { (x: x.place($0.x), y: y.place($0.y)) }
    for (point, place) in zip(plane.points, places) where point.isMinor {
      canvas.mark(point.series, x: place.x, y: place.y, size: 3, isMinor: true)
    }
    for (point, place) in zip(plane.points, places) where !point.isMinor {
      canvas.mark(point.series, x: place.x, y: place.y, size: plane.isSmall ? 2 : 5)
      taken.append(Box(x: place.x - 5, y: place.y - 5, width: 10, height: 10))
    }
    for (point, place) in zip(plane.points, places) {
      if let label = point.label { self.label(label, at: place, point.series) }
    }
  }

  private mutating func axes() {
    let bottom = y.place(plane.y.range.lowerBound)
    let (left, right) = (x.place(plane.x.range.lowerBound), x.place(plane.x.range.upperBound))
    for tick in y.ticks(gap: plane.isSmall ? 34 : 36) {
      let place = y.place(tick)
      canvas.line([(left, place), (right, place)], style: "grid")
      canvas.text(PlotScale.text(tick), x: left - 6, y: place + 4, .end, style: "tick")
    }
    for tick in x.ticks(gap: 56) {
      let place = x.place(tick)
      canvas.line([(place, top), (place, bottom)], style: "grid")
      canvas.text(PlotScale.text(tick), x: place, y: bottom + 15, .middle, style: "tick")
    }
    if !plane.isSmall {
      canvas.text(
        PlotCanvas.fit(plane.x.title, right - left), x: right, y: bottom + 33, .end, style: "tick")
    }
  }

  private mutating func draw(_ line: Plane.Line) {
    let points = line.points.map { (x: x.place($0.x), y: y.place($0.y)) }
    let style =
      switch line.kind {
      case .roof: "roof"
      case .mark: "change"
      case .data: "line c\(line.series % Palette.series)"
      }
    canvas.line(points, style: style)
    guard let label = line.label, let last = points.last else { return }
    let length = PlotCanvas.length(label.printable)
    // That of a line which falls to the left stands at the height where it begins: above it there is room.
    let start = last.x < points[0].x ? last.x + 4 : last.x - length
    let base = points[0].y - 6
    taken.append(Box(x: start, y: base - 12, width: length, height: 14))
    canvas.text(label, x: start, y: base, style: "value")
  }

  /// Beside its point, where nothing else stands; not at all where there is no such place.
  private mutating func label(_ text: String, at place: (x: Double, y: Double), _ series: Int) {
    let (width, height) = (PlotCanvas.length(text), 11.0)
    let offsets =
      [(8.0, -2.0), (-width - 8, -2.0), (-width / 2, -12.0), (-width / 2, 14.0)]
      + [(8.0, -13.0), (8.0, 9.0), (-width - 8, -13.0), (-width - 8, 9.0)]
    for (dx, dy) in offsets {
      let box = Box(x: place.x + dx, y: place.y + dy - height / 2, width: width, height: height)
      guard box.x > x.place(plane.x.range.lowerBound), box.x + box.width < canvas.width,
        !taken.contains(where: box.meets)
      else { continue }
      taken.append(box)
      canvas.text(text, x: box.x, y: box.y + height - 1.5, style: "value")
      return
    }
  }
}
