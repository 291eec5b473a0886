import ReferenceKernels
import Statistics
import Testing

/// Every gradient against central differences of its operation, both in double.
@Suite struct GradientTests {
  private static func random(_ count: Int, _ seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Double(generator.symmetric()) }
  }

  /// Where d(Σ dy · f(x))/dx differs from `gradient` by more than 10⁻⁷ of its size.
  private func fault(_ x: [Double], _ gradient: [Double], _ dy: [Double], of f: ([Double]) -> [Double])
    -> String?
  {
    let h = 1e-5
    for i in x.indices {
      func weighted(_ by: Double) -> Double {
        var moved = x
        moved[i] += by
        return zip(f(moved), dy).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let slope = (weighted(h) - weighted(-h)) / (2 * h)
      if !(abs(slope - gradient[i]) <= 1e-7 * (1 + abs(slope))) {
        return "\(i): \(gradient[i]), slope \(slope)"
      }
    }
    return nil
  }

  private func rmsNorm(_ x: [Double], _ weight: [Double]) -> [Double] {
    let s = 1 / (x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + 1e-3).squareRoot()
    return zip(x, weight).map { $0 * $1 * s }
  }

  @Test(arguments: [1, 2, 7, 33]) func rmsNorm(count: Int) {
    let x = Self.random(count, 1), weight = Self.random(count, 2), dy = Self.random(count, 3)
    let back = ReferenceKernels.rmsNormGradient(x: x, weight: weight, dy: dy, epsilon: 1e-3)
    #expect(fault(x, back.dx, dy) { rmsNorm($0, weight) } == nil)
    #expect(fault(weight, back.dWeight, dy) { rmsNorm(x, $0) } == nil)
  }

  @Test func swiGLU() {
    for (gate, up) in zip(Self.random(40, 4), Self.random(40, 5)) {
      let back = ReferenceKernels.swiGLUGradient(gate: 8 * gate, up: up, dOut: 0.7)
      func out(_ x: [Double]) -> [Double] {
        [ReferenceKernels.swiGLUGradient(gate: x[0], up: x[1], dOut: 0).out]
      }
      #expect(fault([8 * gate, up], [back.dGate, back.dUp], [0.7], of: out) == nil)
    }
  }

  /// The forward pass itself, against the oracle of inference.
  @Test func attentionIsThatOfInference() {
    let d = 3, q = Self.random(5 * d, 6), k = Self.random(5 * d, 7), v = Self.random(5 * d, 8)
    let out = ReferenceKernels.causalAttention(q: q, k: k, v: v, headDim: d)
    for t in 0..<5 {
      var row = [Float](repeating: 0, count: d)
      ReferenceKernels.attention(
        q: q[(t * d)...].map { Float($0) }, headDim: d, tokens: t + 1, key: { Float(k[$0 * d + $1]) },
        value: { Float(v[$0 * d + $1]) }, out: &row)
      for i in 0..<d { #expect(abs(Double(row[i]) - out[t * d + i]) < 1e-6) }
    }
  }

  @Test(arguments: [(1, 2), (6, 4), (9, 3)]) func attention(tokens: Int, d: Int) {
    let n = tokens * d
    let q = Self.random(n, 6), k = Self.random(n, 7), v = Self.random(n, 8), dOut = Self.random(n, 9)
    let back = ReferenceKernels.causalAttentionGradient(q: q, k: k, v: v, dOut: dOut, headDim: d)
    typealias K = ReferenceKernels
    #expect(fault(q, back.dq, dOut) { K.causalAttention(q: $0, k: k, v: v, headDim: d) } == nil)
    #expect(fault(k, back.dk, dOut) { K.causalAttention(q: q, k: $0, v: v, headDim: d) } == nil)
    #expect(fault(v, back.dv, dOut) { K.causalAttention(q: q, k: k, v: $0, headDim: d) } == nil)
  }
}
