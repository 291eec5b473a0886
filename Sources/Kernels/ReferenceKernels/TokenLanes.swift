/// Some tokens side by side, eight to a vector, for sums over k of a whole model's weights: each token's is added up in the
/// order of k, as `ReferenceKernels.gemm` does it.
public struct TokenLanes {
  public let tokens: Int, columns: Int
  /// (⌈tokens / 8⌉, columns); lanes without a token hold zeros.
  private let lanes: [SIMD8<Double>]

  public init(tokens: Int, columns: Int, value: (_ token: Int, _ k: Int) -> Double) {
    (self.tokens, self.columns) = (tokens, columns)
    var lanes = [SIMD8<Double>](repeating: .zero, count: (tokens + 7) / 8 * columns)
    for token in 0..<tokens {
      for k in 0..<columns { lanes[token / 8 * columns + k][token % 8] = value(token, k) }
    }
    self.lanes = lanes
  }

  /// The same with the magnitude of each value.
  public var magnitudes: TokenLanes {
    TokenLanes(tokens: tokens, columns: columns) { abs(lanes[$0 / 8 * columns + $1][$0 % 8]) }
  }

  /// Σₖ value(token, k) · w[k] of each token.
  public func products(_ w: [Double]) -> [Double] {
    precondition(w.count == columns, "\(w.count) weights for \(columns) columns")
    return [Double](unsafeUninitializedCapacity: tokens) { out, count in
      count = tokens
      lanes.withUnsafeBufferPointer { lanes in
        for first in stride(from: 0, to: tokens, by: 8) {
          var sum = SIMD8<Double>.zero
          let group = lanes.baseAddress! + first / 8 * columns
          for k in 0..<columns { sum += group[k] * w[k] }
          for token in first..<min(first + 8, tokens) { out[token] = sum[token - first] }
        }
      }
    }
  }
}
