import Quantities

/// A plot as SVG 1.1 with roles and names for those who do not see it.
enum PlotImage {
  /// Pixels of a page on a desk, of one on a phone, and of one of several side by side.
  static let wide = 960.0, narrow = 356.0, small = 340.0

  /// An image within a page; `id` makes its parts unique there.
  static func markup(_ plot: Plot, width: Double, id: String, style: String) -> Markup {
    let (height, parts) = draw(plot.content, width: width)
    let names = [
      Markup("title", ["id": "\(id)-t"], plot.title), Markup("desc", ["id": "\(id)-d"], plot.summary),
    ]
    return Markup(
      "svg",
      [
        "class": style, "role": "img", "aria-labelledby": "\(id)-t \(id)-d", "width": number(width),
        "height": number(height), "viewBox": "0 0 \(number(width)) \(number(height))",
      ], names + parts)
  }

  /// An image as a file of its own, with its title above it.
  static func file(_ plot: Plot) -> String {
    let (width, margin, head) = (wide, 16.0, 40.0)
    let (height, parts) = draw(plot.content, width: width - 2 * margin)
    let size = [number(width), number(height + head + margin)]
    let ground = Markup("rect", ["width": size[0], "height": size[1], "fill": "var(--bg)"])
    let title = PlotCanvas.fit(plot.title, width - 80)
    let heading = Markup(
      "text", ["x": number(margin), "y": "26", "font-size": "16", "font-weight": "600"], title)
    let image = Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-labelledby": "t d", "width": size[0],
        "height": size[1], "viewBox": "0 0 \(size[0]) \(size[1])",
      ],
      [
        Markup("title", ["id": "t"], plot.title), Markup("desc", ["id": "d"], plot.summary),
        .style([.colours, .plots]), ground, heading,
        Markup("g", ["transform": "translate(\(number(margin)) \(number(head)))"], parts),
      ])
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + image.text + "\n"
  }

  private static func draw(_ content: Plot.Content, width: Double) -> (height: Double, parts: [Markup]) {
    switch content {
    case .plane(let plane): PlaneDrawing.draw(plane, width: width)
    case .lanes(let lanes): LanesDrawing.draw(lanes, width: width)
    }
  }

  private static func number(_ value: Double) -> String { PlotCanvas.number(value) }
}

extension Report {
  /// One plot as an SVG file; nil where none has this name.
  public func svg(plot name: String) -> String? { plots.first { $0.name == name }.map(PlotImage.file) }
}
