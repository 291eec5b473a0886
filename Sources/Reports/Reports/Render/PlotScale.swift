import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the values of an axis lie on the drawing.
struct PlotScale {
  private let axis: PlotAxis
  private let from: Double, to: Double

  /// - Parameters:
  ///   - from: where the low end of the axis lies.
  ///   - to: where its high end lies; may be less than `from`.
  init(_ axis: PlotAxis, from: Double, to: Double) { (self.axis, self.from, self.to) = (axis, from, to) }

  /// Values outside the axis lie at its end.
  func place(_ value: Double) -> Double {
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    let inside = min(max(value.isNaN ? low : value, low), high)
    let share =
      axis.isLogarithmic ? log(inside / low) / log(high / low) : (inside - low) / max(high - low, 1e-300)
    return from + (to - from) * (share.isFinite ? min(max(share, 0), 1) : 0)
  }

  /// Round values, at most one for each `gap` pixels.
  func ticks(gap: Double) -> [Double] {
    let most = max(2, Int(abs(to - from) / gap))
    return axis.isLogarithmic ? logarithmic(most) : linear(most)
  }

  private func linear(_ most: Int) -> [Double] {
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    let raw = max(high - low, 1e-300) / Double(most)
    let decade = PowerOfTen.atMost(raw)
    let round = [1, 2, 5, 10].map { $0 * decade }.first { $0 >= raw * 0.999 } ?? raw
    let step = axis.isWhole ? max(round, 1) : round
    let first = (low / step).rounded(.up)
    return (0...most).map { (first + Double($0)) * step }.filter { $0 <= high * 1.000001 }
  }

  private func logarithmic(_ most: Int) -> [Double] {
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    func steps(_ factors: [Double], every: Int) -> [Double] {
      var all: [Double] = []
      var (decade, index) = (PowerOfTen.atMost(low), 0)
      while decade <= high, index < 400 {
        if index.isMultiple(of: every) { all += factors.map { $0 * decade } }
        (decade, index) = (decade * 10, index + 1)
      }
      return all.filter { $0 >= low * 0.999999 && $0 <= high * 1.000001 }
    }
    let choices =
      [steps([1, 2, 5], every: 1), steps([1, 3], every: 1)]
      + [1, 2, 3, 5, 10, 50].map { steps([1], every: $0) }
    return choices.first { $0.count <= most } ?? []
  }

  /// `0.5`, `100`, `2k`.
  static func text(_ value: Double) -> String {
    for (unit, scale) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where abs(value) >= scale * 10 {
      return short(value / scale) + unit
    }
    return short(value)
  }

  private static func short(_ value: Double) -> String {
    var text = Format.significant(value)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
