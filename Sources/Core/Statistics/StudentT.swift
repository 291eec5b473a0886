/// Student's t distribution.
public enum StudentT {
  /// The probability of a value above `t`, with `degrees` of freedom above zero, not always whole.
  public static func above(_ t: Double, degrees: Double) -> Double {
    precondition(degrees > 0 && !t.isNaN, "t \(t), \(degrees) degrees of freedom")
    guard t.isFinite else { return t > 0 ? 0 : 1 }
    // DLMF 8.17 and Abramowitz and Stegun 26.7.1: the two-sided tail is I_x(ν/2, 1/2) with x = ν/(ν + t²).
    let tail = IncompleteBeta.regularised(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
    return t >= 0 ? tail : 1 - tail
  }

  /// The `t` with `above(t) == tail`, for 0 < tail ≤ ½, by bisection.
  public static func quantile(above tail: Double, degrees: Double) -> Double {
    precondition(tail > 0 && tail <= 0.5, "tail \(tail)")
    var (low, high) = (0.0, 1.0)
    while above(high, degrees: degrees) > tail, high < 1e300 { high *= 2 }
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { return middle }
      if above(middle, degrees: degrees) > tail { low = middle } else { high = middle }
    }
  }
}
