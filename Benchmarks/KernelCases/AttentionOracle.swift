import Glibc
import Kernels
import ReferenceKernels

/// Attention of one head of one token in double, with its error bound.
public struct AttentionOracle {
  private let weights: [Double]
  private let score: Double
  private let value: (_ token: Int, _ i: Int) -> Double
  private let headDim: Int

  /// Of a call that has been made, whose queries are as they were.
  public init(call c: AttentionCall, token: Int, head: Int) {
    let d = c.q.headDim, layout = c.layout
    let kvHead = head * layout.kvHeads / c.q.heads
    let q = c.q.data + token * c.q.rowStride + head * d
    let keys = c.keys + kvHead * layout.keyHeadBytes, values = c.values + kvHead * layout.valueHeadBytes
    var scores: [Double] = [], magnitude = 0.0
    for t in 0...(c.position + token) {
      let products = (0..<d).map { Double(q[$0]) * Double(layout.key(keys, token: t, $0)) }
      scores.append(products.reduce(0, +) / Double(d).squareRoot())
      magnitude = max(magnitude, products.reduce(0) { $0 + abs($1) } / Double(d).squareRoot())
    }
    let top = scores.max()!
    let exponentials = scores.map { exp($0 - top) }
    let sum = exponentials.reduce(0, +)
    weights = exponentials.map { $0 / sum }
    score = magnitude
    headDim = d
    value = { Double(layout.value(values, token: $0, $1)) }
  }

  /// Element `i` of the result, and how far off it may be.
  public func element(_ i: Int) -> (expected: Double, bound: Double) {
    var sum = 0.0, magnitude = 0.0
    for (t, weight) in weights.enumerated() {
      sum += weight * value(t, i)
      magnitude += weight * abs(value(t, i))
    }
    let bound = Tolerance.attention(
      magnitude: magnitude, score: score, headDim: headDim, tokens: weights.count)
    return (sum, bound)
  }
}
