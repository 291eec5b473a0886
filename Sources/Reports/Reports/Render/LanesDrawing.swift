import Quantities

/// Draws `Lanes`: names at the left, or above their lanes where there is no room beside them.
struct LanesDrawing {
  private var canvas: PlotCanvas
  private let lanes: Lanes
  private let names: Double, notes: Double
  private let scale: PlotScale

  private static let lane = 22.0

  /// - Parameter width: in pixels; below 560 names stand above their lanes.
  static func draw(_ lanes: Lanes, width: Double) -> (height: Double, parts: [Markup]) {
    var drawing = LanesDrawing(lanes, width: width)
    return (drawing.draw(), drawing.canvas.parts)
  }

  private init(_ lanes: Lanes, width: Double) {
    self.lanes = lanes
    canvas = PlotCanvas(width: width)
    let longest = lanes.lanes.map { PlotCanvas.length($0.label.printable) }.max() ?? 0
    names = width < 560 ? 0 : min(longest + 14, width * 0.36)
    notes = (lanes.lanes.map { PlotCanvas.length($0.note.printable) }.max() ?? 0).rounded(.up) + 12
    scale = PlotScale(lanes.axis, from: names + 6, to: width - min(notes, width * 0.4) - 6)
  }

  private mutating func draw() -> Double {
    var y = 14.0
    let used = lanes.series.indices.filter { index in
      lanes.lanes.contains { $0.marks.contains { $0.series == index } }
    }
    if lanes.series.count > 1 || lanes.limitName != nil {
      let limits = lanes.limitName.map { [(series: Int?.none, name: $0)] } ?? []
      y = canvas.legend(used.map { ($0, lanes.series[$0]) } + limits, y: y)
    }
    let top = y - 6
    var ends: [Double] = []
    var group: String?
    for lane in lanes.lanes {
      if let name = lane.group, name != group {
        y += 8
        canvas.text(PlotCanvas.fit(name, canvas.width), x: 0, y: y + 8, style: "group")
        y += 14
        group = name
      }
      draw(lane, y: &y)
      ends.append(y)
    }
    return axis(top: top, bottom: y)
  }

  private mutating func draw(_ lane: Lanes.Lane, y: inout Double) {
    if names == 0 {
      canvas.text(PlotCanvas.fit(lane.label, canvas.width), x: 0, y: y + 12)
      y += 15
    }
    let middle = y + Self.lane / 2
    if names > 0 { canvas.text(PlotCanvas.fit(lane.label, names - 10), x: 0, y: middle + 4) }
    let ends = [lanes.axis.range.lowerBound, lanes.axis.range.upperBound].map(scale.place)
    canvas.line([(ends[0], middle), (ends[1], middle)], style: "lane")
    if let limit = lane.limit {
      let x = scale.place(limit)
      canvas.line([(x, middle - 8), (x, middle + 8)], style: "limit")
    }
    for mark in lane.marks {
      if let range = mark.range {
        let (low, high) = (scale.place(range.lowerBound), scale.place(range.upperBound))
        if high - low > 2 {
          canvas.line([(low, middle), (high, middle)], style: "range c\(mark.series % Palette.series)")
        }
      }
    }
    // The later ones are the better known: they lie on top.
    for mark in lane.marks { canvas.mark(mark.series, x: scale.place(mark.value), y: middle) }
    canvas.text(lane.note.printable, x: canvas.width, y: middle + 4, .end, style: "value")
    y += Self.lane
  }

  private mutating func axis(top: Double, bottom: Double) -> Double {
    for tick in scale.ticks(gap: 56) {
      let x = scale.place(tick)
      canvas.line([(x, top), (x, bottom + 4)], style: "grid")
      canvas.text(PlotScale.text(tick), x: x, y: bottom + 18, .middle, style: "tick")
    }
    let room = canvas.width - names
    canvas.text(PlotCanvas.fit(lanes.axis.title, room), x: names, y: bottom + 36, style: "tick")
    return bottom + 42
  }
}
