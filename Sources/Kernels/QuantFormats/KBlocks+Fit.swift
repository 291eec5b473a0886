/// The integer nearest to `value` inside `range`, whose bounds are small integers; 0 for NaN, which a scale
/// of zero gives.
func nearest(_ value: Double, in range: ClosedRange<Double>) -> Double {
  if value.isNaN { return 0 }
  let clamped = min(max(value, range.lowerBound), range.upperBound)
  // Doubles of this size have no fraction; `rounded()` is a call where the processor may lack SSE 4.1.
  return clamped + 0x1.8p52 - 0x1.8p52
}

/// x ≈ scale · q − minimum, with levels q from 0 on and neither factor negative. In double, where squares of
/// floats cannot overflow.
struct Affine {
  var scale: Double, minimum: Double

  func level(_ x: Double, top: Double) -> Double { nearest((x + minimum) / scale, in: 0...top) }
}

/// Four candidates of a search, side by side: each lane adds up in the order of the elements, as one candidate alone
/// would, so that the result does not depend on how many there are.
private typealias Lanes = SIMD4<Double>
private let laneCount = 4
/// Groups of lanes: room for 24 candidates.
private typealias Groups = InlineArray<6, Lanes>

/// `nearest` in each lane, but for NaN.
@inline(__always)
private func nearest(_ value: Lanes, low: Lanes, high: Lanes) -> Lanes {
  let above = value.replacing(with: low, where: value .< low)
  return above.replacing(with: high, where: above .> high) + 0x1.8p52 - 0x1.8p52
}

extension Affine {
  /// The best of the span from lowest to highest value and of least-squares fits to the levels that slightly
  /// wider and narrower spans give.
  init(fitting x: UnsafePointer<Float>, count: Int, top: Double) {
    var low = 0.0, high = -Double.infinity
    for i in 0..<count { (low, high) = (min(low, Double(x[i])), max(high, Double(x[i]))) }
    guard high > low else {
      self.init(scale: 0, minimum: -low)
      return
    }
    self.init(scale: (high - low) / top, minimum: -low)
    var candidates = Candidates(span: high - low, minimum: -low, top: top)
    candidates.fit(x, count)
    candidates.set(Candidates.steps, self)
    let errors = candidates.squaredErrors(x, count)
    var smallest = errors[Candidates.steps / laneCount][Candidates.steps % laneCount]
    for index in 0..<Candidates.steps {
      let error = errors[index / laneCount][index % laneCount]
      if error < smallest { (self, smallest) = (candidates[index], error) }
    }
  }
}

/// Affine candidates in lanes.
private struct Candidates {
  /// Spans a tenth of a level apart, from one level less to one more.
  static let steps = 21

  private let top: Double
  private var scales = Groups(repeating: Lanes(repeating: 1)), minima: Groups

  /// The spans; lanes beyond them hold the last one again.
  init(span: Double, minimum: Double, top: Double) {
    self.top = top
    minima = Groups(repeating: Lanes(repeating: minimum))
    for index in 0..<minima.count * laneCount {
      let step = min(index, Self.steps - 1) - 10
      scales[index / laneCount][index % laneCount] = span / (top + Double(step) / 10)
    }
  }

  subscript(index: Int) -> Affine {
    let (group, lane) = (index / laneCount, index % laneCount)
    return Affine(scale: scales[group][lane], minimum: minima[group][lane])
  }

  mutating func set(_ index: Int, _ value: Affine) {
    scales[index / laneCount][index % laneCount] = value.scale
    minima[index / laneCount][index % laneCount] = value.minimum
  }

  /// Replaces each by the scale and minimum with the least squared error for the levels that it gives. Scales are
  /// above zero and no value below the minimum.
  mutating func fit(_ x: UnsafePointer<Float>, _ count: Int) {
    var sumX = 0.0
    for i in 0..<count { sumX += Double(x[i]) }
    let zero = Lanes(), high = Lanes(repeating: top)
    for group in scales.indices {
      let scale = scales[group], minimum = minima[group]
      var sumQ = Lanes(), sumQQ = Lanes(), sumXQ = Lanes()
      for i in 0..<count {
        let value = Lanes(repeating: Double(x[i]))
        let q = nearest((value + minimum) / scale, low: zero, high: high)
        (sumQ, sumQQ, sumXQ) = (sumQ + q, sumQQ + q * q, sumXQ + value * q)
      }
      for lane in 0..<laneCount {
        let sums = Sums(x: sumX, q: sumQ[lane], qq: sumQQ[lane], xq: sumXQ[lane])
        if let fitted = sums.leastSquares(Double(count)) { set(group * laneCount + lane, fitted) }
      }
    }
  }

  /// Of each one with its own levels.
  func squaredErrors(_ x: UnsafePointer<Float>, _ count: Int) -> Groups {
    var errors = Groups(repeating: Lanes())
    let zero = Lanes(), high = Lanes(repeating: top)
    for group in scales.indices {
      let scale = scales[group], minimum = minima[group]
      // A scale of zero has level 0 for all values, whose quotients are infinite or NaN.
      let top = high.replacing(with: zero, where: scale .== zero)
      let divisor = scale.replacing(with: Lanes(repeating: 1), where: scale .== zero)
      var sum = Lanes()
      for i in 0..<count {
        let value = Lanes(repeating: Double(x[i]))
        let error = scale * nearest((value + minimum) / divisor, low: zero, high: top) - minimum - value
        sum += error * error
      }
      errors[group] = sum
    }
    return errors
  }
}

/// Sums over values and their levels.
private struct Sums {
  let x: Double, q: Double, qq: Double, xq: Double

  /// The line through them; nil where there is one level only.
  func leastSquares(_ n: Double) -> Affine? {
    let determinant = n * qq - q * q
    guard determinant > 0 else { return nil }
    let scale = (n * xq - x * q) / determinant
    let minimum = (scale * q - x) / n
    return minimum >= 0 ? Affine(scale: scale, minimum: minimum) : Affine(scale: max(0, xq / qq), minimum: 0)
  }
}

extension KBlocks {
  /// The scale, of either sign, with which 16 values come nearest to scale · q for q from −32 to 31: the best
  /// least-squares fit to the levels that put the value of largest magnitude at −32.9 to −31.
  static func symmetricScale(_ x: UnsafePointer<Float>) -> Double {
    var extreme = Double(x[0])
    for i in 1..<16 where Double(abs(x[i])) > abs(extreme) { extreme = Double(x[i]) }
    guard extreme != 0 else { return 0 }
    var best = 0.0, mostExplained = 0.0
    for first in stride(from: -10, to: 10, by: laneCount) {
      var inverse = Lanes()
      for lane in 0..<laneCount { inverse[lane] = -(32 + Double(first + lane) / 10) / extreme }
      var sumXQ = Lanes(), sumQQ = Lanes()
      for i in 0..<16 {
        let value = Lanes(repeating: Double(x[i]))
        let q = nearest(value * inverse, low: Lanes(repeating: -32), high: Lanes(repeating: 31))
        (sumXQ, sumQQ) = (sumXQ + value * q, sumQQ + q * q)
      }
      for lane in 0..<laneCount {
        // The squared error is Σx² less this.
        let explained = sumXQ[lane] * sumXQ[lane] / sumQQ[lane]
        if explained > mostExplained { (best, mostExplained) = (sumXQ[lane] / sumQQ[lane], explained) }
      }
    }
    return best
  }
}
