// Products of quantised numbers, in whole numbers as far as they go: what integer kernels must give to the bit wherever
// their floats are exact.

/// Quantised weights of a row: element k is scale · level[k] − minimum, with the scale and minimum of its part of 16.
public struct QuantisedWeights {
  /// Elements with a scale of their own in every format; where a block has more, its parts repeat the scale.
  public static let part = 16

  /// Whole numbers, offsets taken off.
  public var levels: [Int]
  /// One of each for a part: d · sc and dmin · m.
  public var scales: [Double], minima: [Double]

  public init(levels: [Int] = [], scales: [Double] = [], minima: [Double] = []) {
    (self.levels, self.scales, self.minima) = (levels, scales, minima)
  }
}

/// A token's activations in the form `int8`: whole numbers with a scale for each 32.
public struct QuantisedActivations {
  public private(set) var levels: [Int] = []
  public private(set) var scales: [Double] = []

  /// - Precondition: `count` is a multiple of 32.
  public init(_ x: UnsafePointer<Float>, count: Int) {
    let size = ActivationForm.blockElements
    precondition(count.isMultiple(of: size), "\(count) elements are no whole blocks of \(size)")
    var q = [Int8](repeating: 0, count: size)
    for start in stride(from: 0, to: count, by: size) {
      scales.append(Double(ActivationForm.quantise(x + start, into: &q)))
      levels += q.map(Int.init)
    }
  }
}

extension ReferenceKernels {
  /// Σ over parts of sx · (scale · Σ q · level − minimum · Σ q), the inner sums in whole numbers, and `magnitude`, the sum
  /// of the sizes of all terms: no partial sum, in whatever order, is larger.
  public static func linearInt8(_ x: QuantisedActivations, _ w: QuantisedWeights) -> (
    value: Double, magnitude: Double
  ) {
    var value = 0.0, magnitude = 0.0
    for part in w.scales.indices {
      var products = 0, sum = 0
      for k in part * QuantisedWeights.part..<(part + 1) * QuantisedWeights.part {
        products += x.levels[k] * w.levels[k]
        sum += x.levels[k]
      }
      let scale = x.scales[part * QuantisedWeights.part / ActivationForm.blockElements]
      let scaled = scale * w.scales[part] * Double(products), minimum = scale * w.minima[part] * Double(sum)
      value += scaled - minimum
      magnitude += abs(scaled) + abs(minimum)
    }
    return (value, magnitude)
  }
}
