import Foundation
import Testing

/// What SciPy and NumPy say (Fixtures/scripts/statistics.py).
struct Oracle: Decodable {
  struct Distributions: Decodable {
    let z, cdf, p, quantile: [Double]
    let beta, binomial: [[Double]]
  }
  struct RankSum: Decodable {
    let a, b: [Double]
    let u, p, shift: Double
    let exact: Bool
  }
  struct Sign: Decodable {
    let x: [Double]
    let positive, negative: Int
    let p: Double
  }
  struct Trend: Decodable {
    let y: [Double]
    let s, slope, intercept, low, high, lag1: Double
    let variance: Double?
  }
  struct Change: Decodable {
    let y: [Double]
    let k, p: Double
    let index: Int
  }
  struct Adjusted: Decodable { let p, holm, fdr: [Double] }
  struct Bootstraps: Decodable { let x, percentile, bca, block5: [Double] }
  struct Robust: Decodable {
    let x, z: [Double]
    let deviation: Double
  }
  struct Stop: Decodable { let percent, count, rank: Int }
  struct Effect: Decodable {
    let count: Int
    let spread, floor, share: Double
  }
  struct Median: Decodable {
    let x: [Double]
    let low, high: Double
  }
  let distributions: Distributions
  let rankSums: [RankSum], signs: [Sign], trends: [Trend], changes: [Change], multiplicity: [Adjusted]
  let bootstrap: Bootstraps
  let robust: [Robust], earlyStopping: [Stop], smallestEffects: [Effect]
  let medianIntervals: [Median]

  static let shared = Result {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/statistics.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Oracle.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers agree to `digits` relative to the larger one.
func agree(_ a: Double, _ b: Double, _ tolerance: Double = 1e-11) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}
