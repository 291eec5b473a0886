/// Adjusts p-values for the number of tests: an adjusted value up to 0.05 may be called at the 95 % level.
public enum Multiplicity {
  /// Holm's step-down adjustment (1979): the probability of any false call among all tests stays below the level,
  /// however the tests depend on each other. In the order given.
  public static func holm(_ p: [Double]) -> [Double] {
    var (adjusted, highest) = (p, 0.0)
    for (place, index) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated() {
      highest = max(highest, min(1, p[index] * Double(p.count - place)))
      adjusted[index] = highest
    }
    return adjusted
  }

  /// Benjamini and Hochberg's step-up adjustment (1995): the expected share of false calls among all calls stays
  /// below the level, for tests that are independent or go together. In the order given.
  public static func benjaminiHochberg(_ p: [Double]) -> [Double] {
    var (adjusted, lowest) = (p, 1.0)
    for (place, index) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated().reversed() {
      lowest = min(lowest, p[index] * Double(p.count) / Double(place + 1))
      adjusted[index] = lowest
    }
    return adjusted
  }
}
