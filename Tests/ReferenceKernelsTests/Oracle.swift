import Foundation
import ReferenceKernels

/// Results by numpy and scipy in float64 (Fixtures/scripts/reference-kernels.py).
struct Oracle: Decodable {
  struct Softmax: Decodable { let x: [Float], y: [Double] }
  struct Matmul: Decodable { let m: Int, n: Int, k: Int, a: [Float], b: [Float], c: [Double] }
  struct RMSNorm: Decodable { let x: [Float], weight: [Float], epsilon: Float, y: [Double] }
  struct SwiGLU: Decodable { let gate: [Float], up: [Float], y: [Double] }
  struct RoPE: Decodable { let halves: Bool, x: [Float], cos: [Float], sin: [Float], y: [Double] }
  struct Attention: Decodable {
    let dim: Int, tokens: Int, q: [Float], keys: [Float], values: [Float], y: [Double]
  }
  let softmax: [Softmax], matmul: [Matmul], rmsNorm: [RMSNorm], swiGLU: [SwiGLU], rope: [RoPE]
  let attention: [Attention]

  static func load() throws -> Oracle {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/reference-kernels.json")
    return try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: file))
  }

  /// Both compute in double, so that what remains is one rounding to float32.
  static func compare(_ seen: [Float], _ expected: [Double]) -> Comparison {
    var comparison = Comparison()
    for (i, (seen, expected)) in zip(seen, expected).enumerated() {
      let tolerance = Tolerance.unit * abs(expected) * (1 + 0x1p-20) + Double(Float.leastNonzeroMagnitude)
      comparison.add(Double(seen), expected: expected, tolerance: tolerance, at: i)
    }
    return comparison
  }
}
