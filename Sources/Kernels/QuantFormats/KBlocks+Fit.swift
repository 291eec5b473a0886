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

  private func squaredError(_ x: UnsafePointer<Float>, _ count: Int, top: Double) -> Double {
    var sum = 0.0
    for i in 0..<count {
      let error = scale * level(Double(x[i]), top: top) - minimum - Double(x[i])
      sum += error * error
    }
    return sum
  }
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
    var smallest = squaredError(x, count, top: top)
    for step in -10...10 {
      let span = Affine(scale: (high - low) / (top + Double(step) / 10), minimum: -low)
      let candidate = span.leastSquares(x, count, top: top)
      let error = candidate.squaredError(x, count, top: top)
      if error < smallest { (self, smallest) = (candidate, error) }
    }
  }

  /// The scale and minimum with the least squared error for the levels that `self` gives.
  private func leastSquares(_ x: UnsafePointer<Float>, _ count: Int, top: Double) -> Affine {
    var sumQ = 0.0, sumQQ = 0.0, sumX = 0.0, sumXQ = 0.0
    for i in 0..<count {
      let value = Double(x[i]), q = level(value, top: top)
      (sumQ, sumQQ, sumX, sumXQ) = (sumQ + q, sumQQ + q * q, sumX + value, sumXQ + value * q)
    }
    let n = Double(count), determinant = n * sumQQ - sumQ * sumQ
    guard determinant > 0 else { return self }  // one level only
    let scale = (n * sumXQ - sumX * sumQ) / determinant
    let minimum = (scale * sumQ - sumX) / n
    return minimum >= 0
      ? Affine(scale: scale, minimum: minimum) : Affine(scale: max(0, sumXQ / sumQQ), minimum: 0)
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
    for step in -10...9 {
      let inverse = -(32 + Double(step) / 10) / extreme
      var sumXQ = 0.0, sumQQ = 0.0
      for i in 0..<16 {
        let value = Double(x[i]), q = nearest(value * inverse, in: -32...31)
        (sumXQ, sumQQ) = (sumXQ + value * q, sumQQ + q * q)
      }
      // The squared error is Σx² less this.
      let explained = sumXQ * sumXQ / sumQQ
      if explained > mostExplained { (best, mostExplained) = (sumXQ / sumQQ, explained) }
    }
    return best
  }
}
