import KernelTypes
import QuantFormats
import ReferenceKernels

public typealias SequenceAttention = KernelTypes.SequenceAttention
public typealias RMSNormGradient = KernelTypes.RMSNormGradient
public typealias AdamWStep = KernelTypes.AdamWStep

/// Kernels without a pool: each call is one thread's work on a row, or on a sequence, so that a caller's loop can do
/// several things to it while it is in the cache. Any number of threads may call them at the same time on memory of their
/// own; results do not depend on which thread does it.
public struct RowKernels: Sendable {
  public typealias Row = UnsafePointer<Float>
  public typealias MutableRow = UnsafeMutablePointer<Float>

  /// y[i] = x[i] · weight[i] / √(mean(x²) + ε). y may be x.
  public var rmsNorm: @Sendable (_ x: Row, _ weight: Row, _ y: MutableRow, _ count: Int, Float) -> Void
  /// The way back through `rmsNorm`.
  public var rmsNormBackward: @Sendable (RMSNormGradient) -> Void
  /// out[i] = silu(gate[i]) · up[i].
  public var swiGLU: @Sendable (_ gate: Row, _ up: Row, _ out: MutableRow, _ count: Int) -> Void
  /// Gate and up become their gradients, and the gradient of out becomes out again.
  public var swiGLUBackward: @Sendable (_ gate: MutableRow, _ up: MutableRow, _ out: MutableRow, Int) -> Void
  /// Rotates one head vector: x[i] = x[i] · cos[i] + x[partner] · sin[i]. With sin negated it is the way back.
  public var ropeAdjacent: @Sendable (_ x: MutableRow, _ cos: Row, _ sin: Row, _ count: Int) -> Void
  public var ropeHalves: @Sendable (_ x: MutableRow, _ cos: Row, _ sin: Row, _ count: Int) -> Void
  /// Softmax in place; returns the largest x, and Σ exp(x − largest).
  public var softmaxNormaliser: @Sendable (_ x: MutableRow, _ count: Int) -> SIMD2<Float>
  /// out = softmax(q · Kᵀ / √headDim) · V over one sequence, causal.
  public var sequenceAttention: @Sendable (SequenceAttention) -> Void
  /// q, k and v become their gradients, given those of out.
  public var sequenceAttentionBackward: @Sendable (SequenceAttention) -> Void
  /// Floats that both work in.
  public var sequenceScratch: @Sendable (_ tokens: Int, _ headDim: Int) -> Int
  /// A step of the optimiser over some parameters.
  public var adamW: @Sendable (AdamWStep) -> Void
  /// y[i] += x[i].
  public var add: @Sendable (_ x: Row, _ y: MutableRow, _ count: Int) -> Void
  /// y[i] += factor · x[i].
  public var addScaled: @Sendable (_ x: Row, _ factor: Float, _ y: MutableRow, _ count: Int) -> Void
  /// x[i] *= factor.
  public var scale: @Sendable (_ x: MutableRow, _ factor: Float, _ count: Int) -> Void
  /// Σ x[i] · y[i].
  public var dot: @Sendable (_ x: Row, _ y: Row, _ count: Int) -> Float
  /// The nearest bfloat16 of each element, as a float. y may be x.
  public var roundToBrain: @Sendable (_ x: Row, _ y: MutableRow, _ count: Int) -> Void

  /// Softmax in place; returns the logarithm of the normaliser, log Σ exp(x).
  public func softmax(_ x: MutableRow, count: Int, log: (Double) -> Double) -> Double {
    let parts = softmaxNormaliser(x, count)
    return Double(parts.x) + log(Double(parts.y))
  }
}

extension RowKernels {
  init(_ table: SIMDTable) {
    let training = table.training
    rmsNorm = table.rmsNorm
    rmsNormBackward = training.rmsNormBackward
    swiGLU = table.swiGLU
    swiGLUBackward = training.swiGLUBackward
    (ropeAdjacent, ropeHalves) = (table.ropeAdjacent, table.ropeHalves)
    softmaxNormaliser = training.softmaxNormaliser
    sequenceAttention = training.sequenceAttention
    sequenceAttentionBackward = training.sequenceAttentionBackward
    sequenceScratch = training.sequenceScratch
    adamW = training.adamW
    (add, addScaled, scale, dot) = (table.add, training.addScaled, training.scale, training.dot)
    roundToBrain = training.roundToBrainFloats
  }

  /// The oracle's.
  static let reference = RowKernels(
    rmsNorm: { ReferenceKernels.rmsNorm(x: $0, weight: $1, y: $2, count: $3, epsilon: $4) },
    rmsNormBackward: referenceRMSNormBackward,
    swiGLU: { ReferenceKernels.swiGLU(gate: $0, up: $1, out: $2, count: $3) },
    swiGLUBackward: referenceSwiGLUBackward,
    ropeAdjacent: { ReferenceKernels.rope($0, cos: $1, sin: $2, count: $3, halves: false) },
    ropeHalves: { ReferenceKernels.rope($0, cos: $1, sin: $2, count: $3, halves: true) },
    softmaxNormaliser: { ReferenceKernels.softmaxNormaliser($0, count: $1) },
    sequenceAttention: referenceSequenceAttention, sequenceAttentionBackward: referenceAttentionBackward,
    sequenceScratch: { _, _ in 1 }, adamW: referenceAdamW,
    add: { x, y, count in for i in 0..<count { y[i] += x[i] } },
    addScaled: { x, factor, y, count in
      for i in 0..<count { y[i] = Float(Double(y[i]) + Double(factor) * Double(x[i])) }
    },
    scale: { x, factor, count in for i in 0..<count { x[i] *= factor } },
    dot: { x, y, count in Float((0..<count).reduce(0.0) { $0 + Double(x[$1]) * Double(y[$1]) }) },
    roundToBrain: { x, y, count in for i in 0..<count { y[i] = BFloat16.decode(BFloat16.encode(x[i])) }
    })
}

extension KernelSet {
  /// The oracle's, for backends that have no others.
  public var rowKernels: RowKernels { .reference }
}

// The oracle works on arrays of doubles: these carry rows there and back.

private func doubles(_ x: UnsafePointer<Float>, _ count: Int) -> [Double] {
  (0..<count).map { Double(x[$0]) }
}

@Sendable private func referenceRMSNormBackward(_ g: RMSNormGradient) {
  let back = ReferenceKernels.rmsNormGradient(
    x: doubles(g.x, g.count), weight: doubles(g.weight, g.count), dy: doubles(g.dy, g.count),
    epsilon: Double(g.epsilon))
  for i in 0..<g.count {
    g.dx[i] = Float(Double(g.dx[i]) + back.dx[i])
    g.dWeight[i] = Float(Double(g.dWeight[i]) + back.dWeight[i])
  }
}

@Sendable private func referenceSwiGLUBackward(
  _ gate: UnsafeMutablePointer<Float>, _ up: UnsafeMutablePointer<Float>, _ out: UnsafeMutablePointer<Float>,
  _ count: Int
) {
  for i in 0..<count {
    let back = ReferenceKernels.swiGLUGradient(gate: Double(gate[i]), up: Double(up[i]), dOut: Double(out[i]))
    (gate[i], up[i], out[i]) = (Float(back.dGate), Float(back.dUp), Float(back.out))
  }
}

/// One head's vectors of all tokens, (tokens, headDim).
private func head(_ x: UnsafePointer<Float>, _ stride: Int, _ a: SequenceAttention) -> [Double] {
  (0..<a.tokens * a.headDim).map { Double(x[$0 / a.headDim * stride + $0 % a.headDim]) }
}

private func put(_ values: [Double], _ x: UnsafeMutablePointer<Float>, _ stride: Int, _ a: SequenceAttention)
{
  for i in values.indices { x[i / a.headDim * stride + i % a.headDim] = Float(values[i]) }
}

@Sendable private func referenceSequenceAttention(_ a: SequenceAttention) {
  let k = head(a.k, a.stride, a), v = head(a.v, a.stride, a)
  for h in 0..<a.heads {
    let offset = h * a.headDim
    let out = ReferenceKernels.causalAttention(
      q: head(a.q + offset, a.stride, a), k: k, v: v, headDim: a.headDim)
    put(out, a.out + offset, a.outStride, a)
  }
}

@Sendable private func referenceAttentionBackward(_ a: SequenceAttention) {
  let k = head(a.k, a.stride, a), v = head(a.v, a.stride, a)
  var dk = [Double](repeating: 0, count: k.count), dv = dk
  for h in 0..<a.heads {
    let offset = h * a.headDim
    let back = ReferenceKernels.causalAttentionGradient(
      q: head(a.q + offset, a.stride, a), k: k, v: v, dOut: head(a.out + offset, a.outStride, a),
      headDim: a.headDim)
    put(back.dq, a.q + offset, a.stride, a)
    for i in dk.indices { (dk[i], dv[i]) = (dk[i] + back.dk[i], dv[i] + back.dv[i]) }
  }
  put(dk, a.k, a.stride, a)
  put(dv, a.v, a.stride, a)
}

@Sendable private func referenceAdamW(_ s: AdamWStep) {
  let rule = ReferenceKernels.AdamW(
    beta1: Double(s.beta1), beta2: Double(s.beta2), shrink: Double(s.shrink), rate: Double(s.rate),
    root: Double(s.root), epsilon: Double(s.epsilon))
  for i in 0..<s.count {
    var state: ReferenceKernels.AdamW.State = (
      Double(s.parameters[i]), Double(s.first[i]), Double(s.second[i])
    )
    rule.step(&state, gradient: Double(s.gradients[i]) * Double(s.gradientScale))
    (s.parameters[i], s.first[i], s.second[i]) = (Float(state.0), Float(state.1), Float(state.2))
  }
}
