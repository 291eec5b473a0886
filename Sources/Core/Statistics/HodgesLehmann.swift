/// How far one sample lies from another.
public enum HodgesLehmann {
  /// The median of all differences y − x (Hodges and Lehmann 1963): hardly less precise than the difference of
  /// means, and outliers do not move it. Neither sample may be empty.
  public static func shift(from x: [Double], to y: [Double]) -> Double {
    Quantiles.median(y.flatMap { late in x.map { late - $0 } })
  }
}
