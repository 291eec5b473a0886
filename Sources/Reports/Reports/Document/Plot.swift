import Quantities

/// A picture of numbers, without a place on any page yet.
struct Plot: Sendable {
  enum Content: Sendable {
    /// Points and lines between two axes.
    case plane(Plane)
    /// A lane for each row, with a mark for each figure on one axis.
    case lanes(Lanes)
  }

  /// `roofline.amd-epyc-2c`: letters, digits, dots and dashes; unique within a report.
  let name: String
  let title: String
  /// What is to be seen, for those who do not see it.
  let summary: String
  let content: Content
  /// Everything that is drawn, as numbers.
  let data: DataTable
}

/// An axis; what lies outside its range is drawn at its end.
struct PlotAxis: Sendable {
  let title: String
  let isLogarithmic: Bool
  let range: ClosedRange<Double>
  /// Whether there is nothing between whole numbers.
  var isWhole = false

  /// An axis that holds `values`: from zero, or in logarithms where they differ by more than `factor` times.
  init(_ title: String, of values: [Double], logarithmicFrom factor: Double = 25, startsAtZero: Bool = true) {
    let finite = values.filter { $0.isFinite && $0 > 0 }
    let (low, high) = (finite.min() ?? 1, finite.max() ?? 10)
    self.title = title
    isLogarithmic = high / low >= factor
    if isLogarithmic {
      range = Self.step(below: low)...Self.step(above: high)
    } else if startsAtZero {
      range = 0...(high * 1.06)
    } else {
      let room = max((high - low) * 0.15, high * 0.02)
      range = max(0, low - room)...(high + room)
    }
  }

  init(_ title: String, linear range: ClosedRange<Double>, isWhole: Bool = false) {
    (self.title, isLogarithmic, self.range, self.isWhole) = (title, false, range, isWhole)
  }

  /// The next 1, 2 or 5 times a power of ten that is no larger.
  private static func step(below value: Double) -> Double {
    steps(from: value).last { $0 <= value * 0.98 } ?? value
  }
  private static func step(above value: Double) -> Double {
    steps(from: value).first { $0 >= value * 1.02 } ?? value
  }
  private static func steps(from value: Double) -> [Double] {
    let decade = PowerOfTen.atMost(value)
    return [decade / 10, decade / 5, decade / 2, decade, decade * 2, decade * 5, decade * 10, decade * 20]
  }
}

/// Two axes, lines and points.
struct Plane: Sendable {
  struct Point: Sendable {
    let x: Double, y: Double
    /// Its place in `series`.
    let series: Int
    /// A few letters beside it; the data table says what they stand for.
    var label: String?
    /// Of little weight: what others are better than.
    var isMinor = false
  }
  struct Line: Sendable {
    enum Kind: Sendable { case data, roof, mark }
    let points: [(x: Double, y: Double)]
    let kind: Kind
    var series = 0
    var label: String?
  }

  let x: PlotAxis, y: PlotAxis
  /// What colours and shapes mean.
  let series: [String]
  var lines: [Line] = []
  var points: [Point] = []
  /// Small ones have no legend and few ticks.
  var isSmall = false
}

/// Rows of figures on one axis.
struct Lanes: Sendable {
  struct Mark: Sendable {
    let series: Int
    let value: Double
    /// The interval, or the range of assumptions; nil where there is none.
    var range: ClosedRange<Double>?
  }
  struct Lane: Sendable {
    let label: String
    /// Lanes of one group stand together under its name.
    var group: String?
    let marks: [Mark]
    /// What the machine allows at most.
    var limit: Double?
    /// At the right end: the figure that a reader looks for.
    let note: String
  }

  let axis: PlotAxis
  let series: [String]
  let lanes: [Lane]
  /// What `limit` is; nil where no lane has one.
  var limitName: String?
}

/// Powers of ten without floating-point logarithms' last digit.
enum PowerOfTen {
  /// The largest one up to `value`, which is positive and finite.
  static func atMost(_ value: Double) -> Double {
    var power = 1.0
    while power > value, power > 1e-300 { power /= 10 }
    while power * 10 <= value, power < 1e300 { power *= 10 }
    return power
  }
}
