#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ratios as logarithms: there the ratio of b to a is that of a to b with the sign changed, and ratios can be
/// averaged.
public enum LogRatio {
  /// ln(a[i] ÷ b[i]) for each pair; surplus samples of the longer side are ignored.
  public static func pairs(_ a: [Double], over b: [Double]) -> [Double] { zip(a, b).map { log($0 / $1) } }

  /// The change that a log ratio stands for, as a share: 0.05 for 5 % more.
  public static func share(_ logRatio: Double) -> Double { expm1(logRatio) }

  /// The log ratio of a change by `share`, which must be larger than −1.
  public static func of(share: Double) -> Double { log1p(share) }
}
